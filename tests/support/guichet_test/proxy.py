"""A small TCP proxy on loopback between the program and one server, which can cut and freeze
connections, in the middle of a frame too, and slow them down.

Every method may be called from any thread at any time. What is done holds for all connections,
those to come included, until `heal` is called; cuts hold for those that are there.
"""

import asyncio
import socket
import struct
import threading

PIECE_BYTES = 64 * 1024
RESET_WHEN_CLOSED = struct.pack("ii", 1, 0)


class Proxy:
    """Forwards to 127.0.0.1:`target`, which may be chosen, and changed, while it runs."""

    def __init__(self, target=None):
        self.target = target
        self.port = None
        self.delay_seconds = 0
        self.bytes_per_second = None
        self.is_refusing = False
        self._links = set()
        self._loop = asyncio.new_event_loop()
        self._passing = asyncio.Event()
        self._passing.set()
        self._server = None
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    # --- Its life ---

    def start(self):
        self._thread.start()
        self._server = self._do(self._listen())
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def end(self):
        """Cuts everything and frees the port."""
        if not self._thread.is_alive():
            return
        self._do(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    # --- What is done to connections ---

    def cut(self):
        """Resets all connections that are open, between two pieces."""
        self._do(self._each(lambda link: link.reset()))

    def cut_in_frame(self):
        """Each connection is reset once half of the next piece on it has passed, in whichever
        direction it comes."""
        self._do(self._each(lambda link: link.break_next("cut")))

    def freeze(self):
        """Nothing passes any more, and nobody is told: bytes are taken and kept."""
        self._do(self._freeze())

    def freeze_in_frame(self):
        """Each connection freezes once half of its next piece has passed. New ones pass."""
        self._do(self._each(lambda link: link.break_next("freeze")))

    def thaw(self):
        """Goes on with the byte at which it froze; what was to break next does not."""
        self._do(self._thaw())

    def refuse(self):
        """Cuts all connections and takes no new ones: the server is gone."""
        self.is_refusing = True
        self.cut()

    def slow(self, delay_seconds=0, bytes_per_second=None):
        """Each piece (at most 64 KiB) waits `delay_seconds`, and each connection passes at most
        `bytes_per_second` in each direction (None: as fast as it goes)."""
        self.delay_seconds = delay_seconds
        self.bytes_per_second = bytes_per_second

    def heal(self):
        """All passes again as if nothing had been done."""
        self.is_refusing = False
        self.slow()
        self.thaw()

    @property
    def connection_count(self):
        return len(self._links)

    # --- In the thread of the loop ---

    def _do(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(10)

    async def _listen(self):
        return await asyncio.start_server(self._accept, "127.0.0.1", 0)

    async def _close(self):
        self._server.close()
        self._thaw_all()
        for link in list(self._links):
            link.reset()
        await asyncio.sleep(0)
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _each(self, action):
        for link in list(self._links):
            action(link)

    async def _freeze(self):
        self._passing.clear()

    async def _thaw(self):
        self._thaw_all()

    def _thaw_all(self):
        self._passing.set()
        for link in self._links:
            link.next_break = None
            link.passing.set()

    async def _accept(self, reader, writer):
        link = Link(self, writer)
        if self.is_refusing:
            link.reset()
            return
        self._links.add(link)
        try:
            await self._passing.wait()
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.target)
            link.writers.append(far_writer)
            await asyncio.gather(link.pump(reader, far_writer), link.pump(far_reader, writer))
        except (OSError, asyncio.CancelledError):
            pass  # one side is gone, and so is the other; or the proxy ends
        finally:
            self._links.discard(link)
            link.reset()

    async def wait_to_pass(self, size):
        """Holds a piece of `size` bytes back for as long as it is to wait."""
        rate = self.bytes_per_second
        seconds = self.delay_seconds + (size / rate if rate else 0)
        if seconds > 0:
            await asyncio.sleep(seconds)
        await self._passing.wait()


class Link:
    """One connection through the proxy: the two sockets, and what is to happen to them next."""

    def __init__(self, proxy, writer):
        self.proxy = proxy
        self.writers = [writer]
        self.passing = asyncio.Event()
        self.passing.set()
        self.next_break = None

    def break_next(self, how):
        self.next_break = how

    def reset(self):
        """Both sides see a reset at once; what was still to be sent is lost."""
        for writer in self.writers:
            if not writer.transport.is_closing():
                writer.get_extra_info("socket").setsockopt(
                    socket.SOL_SOCKET, socket.SO_LINGER, RESET_WHEN_CLOSED)
                writer.transport.abort()

    async def pump(self, reader, writer):
        """Forwards one direction until it ends."""
        while piece := await reader.read(self._piece_size()):
            await self.proxy.wait_to_pass(len(piece))
            await self.passing.wait()
            if self.next_break is not None and len(piece) > 1:
                piece = await self._break(writer, piece)
            writer.write(piece)
            await writer.drain()
        if writer.can_write_eof():
            writer.write_eof()

    async def _break(self, writer, piece):
        """Forwards half of the piece and does what was asked for; returns the other half."""
        how, self.next_break = self.next_break, None
        half = len(piece) // 2
        writer.write(piece[:half])
        await writer.drain()
        if how == "cut":
            await asyncio.sleep(0.005)  # the half is on its way before the reset overtakes it
            self.reset()
            raise ConnectionResetError
        self.passing.clear()
        await self.passing.wait()
        return piece[half:]

    def _piece_size(self):
        """A slow connection passes small pieces, so that its rate is smooth."""
        rate = self.proxy.bytes_per_second
        return PIECE_BYTES if rate is None else max(256, min(PIECE_BYTES, rate // 20))
