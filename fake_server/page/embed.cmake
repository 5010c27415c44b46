# cmake -DOUTPUT=FILE.cpp -P embed.cmake: writes the files of this folder that the page consists of
# as C++, byte for byte. What they are called there is declared in src/page.hpp. The names are
# qualified, because clang mangles them wrongly inside `namespace cohub::fake { }`: without the inline
# namespace.
set(text "// Made by fake_server/page/embed.cmake.\n#include \"page.hpp\"\n")
foreach(file IN ITEMS page.html page.css basics.js page.js)
    string(REPLACE "." "_" name "${file}")
    file(READ "${CMAKE_CURRENT_LIST_DIR}/${file}" bytes HEX)
    string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1'," bytes "${bytes}")
    # 16 to a line.
    string(REPEAT "'....'," 16 line)
    string(REGEX REPLACE "(${line})" "    \\1\n" bytes "${bytes}")
    string(APPEND text "\nstatic constexpr char ${name}_bytes[] = {\n${bytes}\n};\n")
    string(APPEND text "std::string_view const cohub::fake::${name}(${name}_bytes, sizeof ${name}_bytes);\n")
endforeach()
file(WRITE "${OUTPUT}" "${text}")
