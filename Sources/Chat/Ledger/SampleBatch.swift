/// Samples on their way to measurement, in batches: a call across rooms for each would cost more than the
/// sample.
struct SampleBatch: ~Copyable {
    private let buffer: UnsafeMutableBufferPointer<Sample>
    private var count = 0
    private let receive: (UnsafeBufferPointer<Sample>) -> Void

    init(of size: Int, _ receive: @escaping (UnsafeBufferPointer<Sample>) -> Void) {
        buffer = .allocate(capacity: size)
        self.receive = receive
    }

    deinit { buffer.deallocate() }

    @inline(__always)
    mutating func add(_ sample: Sample) {
        buffer.initializeElement(at: count, to: sample)
        count += 1
        if count == buffer.count { flush() }
    }

    mutating func flush() {
        receive(UnsafeBufferPointer(rebasing: buffer[..<count]))
        count = 0
    }
}
