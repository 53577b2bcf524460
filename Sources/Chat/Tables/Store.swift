import Simulation

/// A growing row of plain values, reached by number: an array without what being a value costs on each
/// access.
///
/// An address is good until the row grows.
struct Store<Element: BitwiseCopyable>: ~Copyable {
    private var base: UnsafeMutablePointer<Element>
    private(set) var count = 0
    private(set) var capacity = 0

    init() { base = .allocate(capacity: 0) }

    init(repeating element: Element, count: Int) {
        self.init()
        append(element, count: count)
    }

    deinit { base.deallocate() }

    @inline(__always)
    func address(of index: Int) -> UnsafeMutablePointer<Element> {
        precondition(UInt(bitPattern: index) < UInt(bitPattern: count), "nothing has the number \(index)")
        return base + index
    }

    /// Asks for the memory of an element, from its first byte to its last.
    @inline(__always)
    func prefetch(_ index: Int) {
        let element = UnsafeRawPointer(address(of: index))
        Simulation.prefetch(element)
        Simulation.prefetch(element + MemoryLayout<Element>.size - 1)
    }

    @inline(__always)
    subscript(index: Int) -> Element {
        get { address(of: index).pointee }
        nonmutating set { address(of: index).pointee = newValue }
    }

    /// Returns the number of the first.
    @discardableResult
    @inline(__always)
    mutating func append(_ element: Element, count added: Int = 1) -> Int {
        let first = count
        if first + added > capacity { grow(to: first + added) }
        (base + first).initialize(repeating: element, count: added)
        count += added
        return first
    }

    /// By a half, not to twice the size: rows of millions are most of what the ledger takes.
    @inline(never)
    private mutating func grow(to needed: Int) {
        capacity = max(needed, capacity + capacity / 2, 16)
        let larger = UnsafeMutablePointer<Element>.allocate(capacity: capacity)
        preferLargePages(larger, byteCount: bytes)
        larger.moveInitialize(from: base, count: count)
        base.deallocate()
        base = larger
    }

    var bytes: Int { capacity * MemoryLayout<Element>.stride }
}
