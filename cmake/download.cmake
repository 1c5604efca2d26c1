# cmake -DURL=... -DOUT=... -P download.cmake: fetches one file, for cmake/fetch-source, which
# checks what it got. CMake is used because a fresh system has neither curl nor wget.
file(DOWNLOAD "${URL}" "${OUT}" STATUS status INACTIVITY_TIMEOUT 20 TIMEOUT 300)
list(POP_FRONT status code sentence)
if(NOT code EQUAL 0)
  message(FATAL_ERROR "${URL}: ${sentence}")
endif()
