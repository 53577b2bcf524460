import Glibc

/// Where text and bytes go: standard output and standard error of a process, or a test's memory.
package struct Outlet: Sendable {
    /// Whether a person watches, so that a line may be written over.
    package let isTerminal: Bool
    package let write: @Sendable (String) throws(Failure) -> Void
    /// Of what is no text; who takes text only gets it as such.
    package private(set) var writeBytes: @Sendable ([UInt8]) throws(Failure) -> Void
    /// How wide the terminal is at the moment; nil for what has no width.
    package private(set) var columns: @Sendable () -> Int? = { nil }

    package init(isTerminal: Bool, write: @escaping @Sendable (String) throws(Failure) -> Void) {
        self.isTerminal = isTerminal
        self.write = write
        writeBytes = { bytes throws(Failure) in try write(String(decoding: bytes, as: UTF8.self)) }
    }

    /// Writes straight to an open file, without a buffer: a row is seen as soon as it is written, and a
    /// failure is known before the exit code is.
    package init(descriptor: Int32) {
        let writeBytes: @Sendable ([UInt8]) throws(Failure) -> Void = { bytes throws(Failure) in
            var rest = bytes[...]
            while !rest.isEmpty {
                let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
                if written >= 0 {
                    rest = rest.dropFirst(written)
                    continue
                }
                switch errno {
                case EINTR: break
                case EAGAIN:
                    // Whoever shares the file has made it non-blocking; wait until it takes more.
                    var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                    poll(&ready, 1, -1)
                default:
                    throw Failure(
                        .outputFailed, "cannot write the output: \(String(cString: strerror(errno)))")
                }
            }
        }
        self.init(isTerminal: isatty(descriptor) == 1) { text throws(Failure) in
            try writeBytes(Array(text.utf8))
        }
        self.writeBytes = writeBytes
        columns = {
            var size = winsize()
            guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
            return Int(size.ws_col)
        }
    }
}
