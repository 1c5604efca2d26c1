# cJSON: target `cjson`. The nesting limit bounds the parser's recursion on hostile input. Numbers
# are read by cjson_number() (see there); the macro also declares it, in <stdlib.h>.
add_library(cjson STATIC ${CJSON_DIR}/cJSON.c cjson_number.c)
target_compile_definitions(cjson PRIVATE CJSON_NESTING_LIMIT=32 strtod=cjson_number)
if(EMSCRIPTEN)
  target_compile_options(cjson PRIVATE -Oz) # in the browser size counts
endif()
install(FILES ${CJSON_DIR}/cJSON.h DESTINATION include)
