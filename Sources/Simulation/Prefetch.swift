internal import CSimulation

/// Asks for the cache line at `address`, which `receive` will need soon: waiting for memory is most of what
/// an event takes when there are very many actors.
public func prefetch(_ address: UnsafeRawPointer) { hubbub_prefetch(address) }

/// Has memory that is touched here and there lie in large pages, so that finding a page does not take longer
/// than reading it. Small memory is left alone: it would take a whole page.
package func preferLargePages(_ address: UnsafeMutableRawPointer, byteCount: Int) {
    if byteCount >= 4 << 20 { hubbub_prefer_large_pages(address, UInt64(byteCount)) }
}
