import Infrastructure
import Simulation
import Testing

@Suite("wide column: lists of handles")
struct HandleListTests {
    @Test("thousands of random changes leave what an array has")
    func model() {
        var stream = Streams(seed: 1, purpose: Purpose("handles")).stream(of: 0)
        var list = HandleList()
        defer { list.deallocate() }
        var model: [UInt32] = []
        for step in 0..<5_000 as Range<UInt32> {
            let draw = stream.unit()
            if model.isEmpty || draw < 0.3 {
                list.append(step)
                model.append(step)
            } else if draw < 0.55 {
                let place = stream.below(model.count + 1)
                list.insert(step, at: place)
                model.insert(step, at: place)
            } else if draw < 0.6 {
                let place = stream.below(model.count)
                list[place] = step
                model[place] = step
            } else {
                let place = stream.below(model.count)
                list.remove(at: place)
                model.remove(at: place)
            }
            #expect(list.elementsEqual(model))
        }
    }
}
