/// The streams of one machine, by number of the machine at the other end: an array, because each message looks
/// here.
struct StreamNumbers {
    private var numbers: UnsafeMutablePointer<Int32> = .allocate(capacity: 0)
    private var count = 0

    @inline(__always)
    subscript(machine: Int) -> Int? {
        guard machine < count else { return nil }
        let number = numbers[machine]
        return number < 0 ? nil : Int(number)
    }

    mutating func add(_ number: Int, to machine: Int) {
        if machine >= count {
            let larger = UnsafeMutablePointer<Int32>.allocate(capacity: machine + 1)
            larger.moveInitialize(from: numbers, count: count)
            (larger + count).initialize(repeating: -1, count: machine + 1 - count)
            numbers.deallocate()
            (numbers, count) = (larger, machine + 1)
        }
        numbers[machine] = Int32(number)
    }

    func deallocate() { numbers.deallocate() }
}
