# Turns the table of topics into C: cmake -D TABLE=schemas/topics -D OUTPUT=topics_table.c -P this.
# A line that is not what the table's head says stops the build with its number.
cmake_minimum_required(VERSION 3.25)

set(PREFIX "guichet.")
set(ROWS "")
set(TYPE_LISTS "")
set(SEEN_NAMES "")
set(SEEN_TYPES "")
set(LINE_NUMBER 0)
math(EXPR DAY_MS "24 * 60 * 60 * 1000")

function(refuse reason)
    message(FATAL_ERROR "${TABLE}:${LINE_NUMBER}: ${reason}")
endfunction()

# Sets `out` to the word of GIVES that stands where `text` stands in FROM.
function(choose out text)
    cmake_parse_arguments(PARSE_ARGV 2 WORD "" "" "FROM;GIVES")
    list(FIND WORD_FROM "${text}" index)
    if(index EQUAL -1)
        list(JOIN WORD_FROM ", " known)
        refuse("'${text}' is none of ${known}")
    endif()
    list(GET WORD_GIVES ${index} value)
    set(${out} ${value} PARENT_SCOPE)
endfunction()

# Semicolons part the items of CMake's lists, brackets guard them: neither occurs but in comments.
file(READ ${TABLE} content)
string(REGEX REPLACE "#[^\n]*" "" content "${content}")
if(content MATCHES "[][;\\\\\"]")
    message(FATAL_ERROR "${TABLE}: a character that has no place here: ${CMAKE_MATCH_0}")
endif()
string(REGEX REPLACE "\n$" "" content "${content}")
string(REPLACE "\n" ";" lines "${content}")

foreach(line IN LISTS lines)
    math(EXPR LINE_NUMBER "${LINE_NUMBER} + 1")
    string(STRIP "${line}" line)
    if(line STREQUAL "")
        continue()
    endif()
    string(REGEX REPLACE "[ \t]+" ";" columns "${line}")
    list(LENGTH columns count)
    if(NOT count EQUAL 7)
        refuse("${count} columns instead of 7")
    endif()
    list(GET columns 0 name)
    list(GET columns 1 direction)
    list(GET columns 2 workers)
    list(GET columns 3 partitions)
    list(GET columns 4 cleanup)
    list(GET columns 5 retention)
    list(GET columns 6 types)

    if(NOT name MATCHES "^[a-z0-9.-]+$" OR name IN_LIST SEEN_NAMES)
        refuse("'${name}' is not a name of a topic, or there twice")
    endif()
    list(APPEND SEEN_NAMES ${name})
    choose(is_input "${direction}" FROM in out GIVES true false)
    choose(is_compacted "${cleanup}" FROM delete compact GIVES false true)
    if(NOT workers MATCHES "^[a-z]+(,[a-z]+)*$")
        refuse("'${workers}' is not a list of workers")
    endif()
    if(partitions STREQUAL "n")
        set(partitions 0)
    elseif(NOT partitions MATCHES "^[1-9][0-9]?[0-9]?$")
        refuse("'${partitions}' is neither n nor a number of partitions")
    endif()
    if(retention STREQUAL "forever")
        set(retention_ms -1)
    elseif(retention MATCHES "^([1-9][0-9]*)d$")
        math(EXPR retention_ms "${CMAKE_MATCH_1} * ${DAY_MS}")
    else()
        refuse("'${retention}' is neither forever nor a number of days")
    endif()

    set(literals "")
    if(NOT types STREQUAL "-")
        string(REPLACE "," ";" types "${types}")
        foreach(type IN LISTS types)
            if(NOT type MATCHES "^[a-z.-]+\\.v[0-9]+$")
                refuse("'${type}' is not a type of event")
            endif()
            # Every worker has a clock topic of its own, so their types occur on several.
            if(type IN_LIST SEEN_TYPES AND NOT name MATCHES "\\.clock\\.v[0-9]+$")
                refuse("${type} occurs on two topics")
            endif()
            list(APPEND SEEN_TYPES ${type})
            string(APPEND literals "\"${PREFIX}${type}\", ")
        endforeach()
    endif()

    string(MAKE_C_IDENTIFIER "${name}_types" list_name)
    string(APPEND TYPE_LISTS "static const char *const ${list_name}[] = {${literals}NULL};\n")
    string(APPEND ROWS "    {\"${name}\", ${is_input}, \"${workers}\", ${partitions}, "
        "${is_compacted}, INT64_C(${retention_ms}), ${list_name}},\n")
endforeach()

file(CONFIGURE OUTPUT ${OUTPUT} @ONLY CONTENT
"/* Made from schemas/topics by common/record/topics.cmake. */
#include \"common/record/topics.h\"

@TYPE_LISTS@
const struct topic topics[] = {
@ROWS@};
const size_t topics_count = sizeof(topics) / sizeof(topics[0]);
")
