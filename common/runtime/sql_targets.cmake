# SQL files as part of a target. A changed, new or deleted file makes the C text anew.
set(SQL_OUTPUT ${PROJECT_BINARY_DIR}/generated CACHE INTERNAL "Where C made from SQL lies")
set(SQL_SCRIPT ${CMAKE_CURRENT_LIST_DIR}/embed_sql.cmake CACHE INTERNAL "Makes it")

# ISO C lets a compiler stop at 4095 characters in one literal; ours don't.
function(sql_add_source target source)
    set_source_files_properties(${source} PROPERTIES COMPILE_OPTIONS -Wno-overlength-strings)
    target_sources(${target} PRIVATE ${source})
endfunction()

# <folder>/sql/*.sql (the folder as seen from the project's root) become the symbols of
# "<folder>/statements.h". The names of statements must differ over the whole tree: they share
# connections.
function(embed_sql target folder)
    file(GLOB files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${folder}/sql/*.sql)
    foreach(file IN LISTS files)
        get_filename_component(name ${file} NAME_WLE)
        get_property(other GLOBAL PROPERTY SQL_FILE_OF_${name})
        if(other)
            message(FATAL_ERROR "two statements of one name: ${other} and ${file}")
        endif()
        set_property(GLOBAL PROPERTY SQL_FILE_OF_${name} ${file})
    endforeach()
    set(output ${SQL_OUTPUT}/${folder}/statements)
    add_custom_command(
        OUTPUT ${output}.c ${output}.h
        COMMAND ${CMAKE_COMMAND} -D KIND=statements -D FOLDER=${folder} -D "FILES=${files}"
            -D OUTPUT=${output} -P ${SQL_SCRIPT}
        DEPENDS ${files} ${SQL_SCRIPT}
        COMMENT "Statements of ${folder}"
        VERBATIM)
    sql_add_source(${target} ${output}.c)
    target_sources(${target} PRIVATE ${output}.h)
    target_include_directories(${target} PRIVATE ${SQL_OUTPUT})
endfunction()

# <folder>/NNNN_*.sql become the table of migrations.
function(embed_migrations target folder)
    file(GLOB files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${folder}/*.sql)
    set(output ${SQL_OUTPUT}/${folder}/migrations)
    add_custom_command(
        OUTPUT ${output}.c
        COMMAND ${CMAKE_COMMAND} -D KIND=migrations -D "FILES=${files}" -D OUTPUT=${output}
            -P ${SQL_SCRIPT}
        DEPENDS ${files} ${SQL_SCRIPT}
        COMMENT "Migrations of ${folder}"
        VERBATIM)
    sql_add_source(${target} ${output}.c)
endfunction()
