import CZlib

/// The bytes as a gzip file that depends on nothing else: no time, no name and no operating system in its
/// header.
func gzip(_ bytes: [UInt8]) -> [UInt8] {
    var stream = z_stream()
    // 16 on top of the usual window asks for gzip's header and trailer instead of zlib's.
    let opened = deflateInit2_(
        &stream, 6, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
        Int32(MemoryLayout<z_stream>.size))
    precondition(opened == Z_OK, "zlib does not open: \(opened)")
    var header = gz_header()
    header.os = 255  // unknown
    precondition(deflateSetHeader(&stream, &header) == Z_OK, "zlib takes no header")
    defer { deflateEnd(&stream) }
    // The bound holds for one call with all that there is. With a header of one's own it leaves the header
    // out.
    var output = [UInt8](repeating: 0, count: Int(deflateBound(&stream, UInt(bytes.count))) + 64)
    var input = bytes
    let written = input.withUnsafeMutableBufferPointer { input in
        output.withUnsafeMutableBufferPointer { output in
            stream.next_in = input.baseAddress
            stream.avail_in = UInt32(input.count)
            stream.next_out = output.baseAddress
            stream.avail_out = UInt32(output.count)
            let ended = deflate(&stream, Z_FINISH)
            precondition(ended == Z_STREAM_END, "zlib did not finish: \(ended)")
            return output.count - Int(stream.avail_out)
        }
    }
    return Array(output.prefix(written))
}
