internal import CSimulation

/// Asks for the cache line at `address`, which `receive` will need soon: waiting for memory is most of what
/// an event takes when there are very many actors.
public func prefetch(_ address: UnsafeRawPointer) { hubbub_prefetch(address) }
