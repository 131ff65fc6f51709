"""What the release build's program carries against being exploited, read from the binary itself."""

import re
import subprocess

import pytest
from guichet_test.project import fast_program


def output_of(*command):
    return subprocess.run([str(part) for part in command], check=True, capture_output=True,
                          text=True, env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"}).stdout


@pytest.fixture(scope="module", name="program")
def release_program():
    """The release build; a build with sanitizers carries other things instead."""
    program = fast_program()
    if "__asan_init" in output_of("nm", "--dynamic", program) or "__tsan_init" in output_of(
            "nm", program):
        pytest.skip(f"{program} is built with sanitizers: name a release by GUICHET_RELEASE")
    return program


@pytest.fixture(scope="module", name="dynamic")
def dynamic_section(program):
    return output_of("readelf", "--wide", "--dynamic", program)


@pytest.fixture(scope="module", name="segments")
def program_headers(program):
    """The flags of each segment, by its type."""
    lines = output_of("readelf", "--wide", "--segments", program).splitlines()
    found = (re.match(r"  ([A-Z_]+) +(?:0x\w+ +){5}([RWE ]{3})", line) for line in lines)
    return [(match[1], match[2]) for match in found if match]


@pytest.fixture(scope="module", name="symbols")
def undefined_symbols(program):
    """The functions that it takes from shared libraries."""
    lines = output_of("nm", "--dynamic", "--undefined-only", program).splitlines()
    return {line.split()[-1].partition("@")[0] for line in lines}


def test_position_independent(program, dynamic):
    """Its addresses are random (PIE)."""
    assert re.search(r"^ *Type: +DYN ", output_of("readelf", "--file-header", program), re.M)
    assert re.search(r"\(FLAGS_1\).*\bPIE\b", dynamic)


def test_full_relro(dynamic, segments):
    """What the loader fills in is read-only once it is filled, and it is filled at the start."""
    assert "GNU_RELRO" in dict(segments)
    assert re.search(r"\(FLAGS\).*\bBIND_NOW\b", dynamic)
    assert re.search(r"\(FLAGS_1\).*\bNOW\b", dynamic)


def test_nothing_is_writable_and_executable(dynamic, segments):
    """Neither the stack nor any other memory; no relocation makes code writable."""
    assert dict(segments)["GNU_STACK"].strip() == "RW"
    assert [flags for _, flags in segments if "W" in flags and "E" in flags] == []
    assert "TEXTREL" not in dynamic


def test_stack_protector(symbols):
    assert "__stack_chk_fail" in symbols


def test_fortified(symbols):
    """Calls whose bounds the compiler knows are checked ones."""
    assert {"__memcpy_chk", "__snprintf_chk"} & symbols
    assert not symbols & {"gets", "strcpy", "strcat", "sprintf", "vsprintf", "tmpnam", "mktemp"}


def test_control_flow_protection(program):
    """Indirect calls land only where a function begins, on processors that know it (CET). Whether
    the whole program says so is up to the C library's start files, which Debian's do not."""
    if "X86-64" not in output_of("readelf", "--file-header", program):
        pytest.skip("not a processor with CET")
    code = output_of("objdump", "--disassemble=main", "--no-show-raw-insn", program)
    assert re.search(r"<main>:\n[^\n]*\bendbr64\b", code)


def test_no_library_path(dynamic):
    """Libraries come from the system only."""
    assert not re.search(r"\((RPATH|RUNPATH)\)", dynamic)
