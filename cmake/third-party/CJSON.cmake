# cJSON: target `cjson`. The nesting limit bounds the parser's recursion on hostile input.
add_library(cjson STATIC ${CJSON_DIR}/cJSON.c)
target_compile_definitions(cjson PRIVATE CJSON_NESTING_LIMIT=32)
install(FILES ${CJSON_DIR}/cJSON.h DESTINATION include)
