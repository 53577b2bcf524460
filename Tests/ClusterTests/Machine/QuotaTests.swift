import Cluster
import Testing

@Suite("machine: quotas")
struct QuotaTests {
    @Test("a quota gives what there is, and nothing of what there is not")
    func limits() {
        var quota = Quota(limit: 10)
        #expect([7, 4, 3, 1].map { quota.take($0) } == [true, false, true, false])
        quota.give(back: 5)
        #expect(quota.used == 5)
        #expect(quota.highest == 10)
    }

    @Test("a limit that is lowered below what is in use refuses until enough came back")
    func lowered() {
        var quota = Quota(limit: 10)
        #expect(quota.take(8) == true)
        quota.limit = 5
        #expect(quota.take(0) == false)
        quota.give(back: 4)
        #expect([1, 1].map { quota.take($0) } == [true, false])
    }

    @Test("what was never taken does not come back")
    func tooMuch() async {
        await #expect(processExitsWith: .failure) {
            var quota = Quota(limit: 10)
            quota.give(back: 1)
        }
    }
}
