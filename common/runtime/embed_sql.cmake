# Turns SQL files into C:
#   cmake -D KIND=statements -D FOLDER=workers/account -D FILES=… -D OUTPUT=… -P this
#     OUTPUT.h and OUTPUT.c: `extern const struct statement sql_<name>;` for each sql/<name>.sql
#   cmake -D KIND=migrations -D FILES=… -D OUTPUT=… -P this
#     OUTPUT.c: the table of common/runtime/migrations.h, in order of the version
# The text goes in as it stands in the file, comments included.
cmake_minimum_required(VERSION 3.25)

# Sets `out` to the file's text as C string literals, one a line.
function(read_as_literal out file)
    file(READ ${file} text)
    string(REPLACE "\\" "\\\\" text "${text}")
    string(REPLACE "\"" "\\\"" text "${text}")
    string(REPLACE "??" "?\\?" text "${text}") # else a trigraph
    string(REGEX REPLACE "\n$" "" text "${text}")
    string(REPLACE "\n" "\\n\"\n    \"" text "${text}")
    set(${out} "\"${text}\\n\"" PARENT_SCOPE)
endfunction()

function(write_statements)
    string(TOUPPER "GUICHET_${FOLDER}_STATEMENTS_H" guard)
    string(MAKE_C_IDENTIFIER ${guard} guard)
    set(declarations "")
    set(definitions "")
    foreach(file IN LISTS FILES)
        get_filename_component(name ${file} NAME_WLE)
        if(NOT name MATCHES "^[a-z][a-z0-9_]*$")
            message(FATAL_ERROR "${file}: the name must be small letters, digits and _")
        endif()
        read_as_literal(literal ${file})
        string(APPEND declarations "extern const struct statement sql_${name};\n")
        string(APPEND definitions
            "\nconst struct statement sql_${name} = {\n    \"${name}\",\n    ${literal},\n};\n")
    endforeach()
    set(head "/* Made from ${FOLDER}/sql by common/runtime/embed_sql.cmake. */\n")
    file(WRITE ${OUTPUT}.h "${head}#ifndef ${guard}\n#define ${guard}\n\n"
        "#include \"common/runtime/db.h\"\n\n${declarations}\n#endif\n")
    file(WRITE ${OUTPUT}.c "${head}#include \"${FOLDER}/statements.h\"\n${definitions}")
endfunction()

function(write_migrations)
    set(rows "")
    set(expected 1)
    list(SORT FILES)
    foreach(file IN LISTS FILES)
        get_filename_component(name ${file} NAME_WLE)
        if(NOT name MATCHES "^0*([1-9][0-9]*)_[a-z0-9_]+$")
            message(FATAL_ERROR "${file}: the name must be <version>_<words>")
        endif()
        set(version ${CMAKE_MATCH_1})
        if(NOT version EQUAL expected)
            message(FATAL_ERROR "${file}: version ${expected} should come next")
        endif()
        read_as_literal(literal ${file})
        string(APPEND rows "    {${version}, \"${name}\",\n    ${literal}},\n")
        math(EXPR expected "${expected} + 1")
    endforeach()
    file(WRITE ${OUTPUT}.c
        "/* Made from schemas/database by common/runtime/embed_sql.cmake. */\n"
        "#include \"common/runtime/migrations.h\"\n\nconst struct migration migrations[] = {\n${rows}};\n"
        "const size_t migrations_count = sizeof(migrations) / sizeof(migrations[0]);\n")
endfunction()

if(KIND STREQUAL "statements")
    write_statements()
elseif(KIND STREQUAL "migrations")
    write_migrations()
else()
    message(FATAL_ERROR "KIND is statements or migrations, not '${KIND}'")
endif()
