import Chat
import Simulation
import Testing
import Vocabulary

@Suite("population: how often people write")
struct LoadCurveTests {
    private func seconds(_ curve: LoadCurve, _ count: Double) -> Double? {
        curve.time(of: count).map { Double($0.nanoseconds) / 1e9 }
    }

    /// 2/s for 10 s: the area is 2·t.
    @Test("a constant rate")
    func constant() {
        let curve = LoadCurve([(.zero, 2)], end: .seconds(10))
        #expect(curve.total == 20)
        #expect(seconds(curve, 0) == 0)
        #expect(seconds(curve, 5) == 2.5)
        #expect(seconds(curve, 19.5) == 9.75)
        #expect(curve.time(of: 20) == nil)
    }

    /// From 0 to 2/s in 10 s: the area is t²/10. Then back to 0 in 20 s more: 10 + 2·u − u²/20, 30 at its
    /// end.
    @Test("a ramp up from nothing, and down to nothing")
    func ramps() {
        let curve = LoadCurve([(.zero, 0), (.seconds(10), 2), (.seconds(30), 0)], end: .seconds(30))
        #expect(curve.total == 30)
        #expect(seconds(curve, 0) == 0)
        #expect(seconds(curve, 0.1) == 1)
        #expect(seconds(curve, 2.5) == 5)
        #expect(seconds(curve, 10) == 10)
        #expect(abs(seconds(curve, 25)! - 20) < 1e-6)  // u = 10: 10 + 20 − 5
        #expect(seconds(curve, 30.0.nextDown)! <= 30)
        #expect(curve.rate(at: .at(.seconds(20))) == 1)
    }

    /// 1/s until 4 s, then 3/s: 4 + 3·(t − 4). Nothing from 6 s on.
    @Test("steps, and a stretch in which nobody writes")
    func steps() {
        let curve = LoadCurve(
            [(.zero, 1), (.seconds(4), 1), (.seconds(4), 3), (.seconds(6), 3), (.seconds(6), 0)],
            end: .seconds(100))
        #expect(curve.total == 10)
        #expect(seconds(curve, 3) == 3)
        #expect(seconds(curve, 7) == 5)
        #expect(curve.time(of: 10) == nil)
        #expect(curve.rate(at: .at(.seconds(5))) == 3)
        #expect(curve.rate(at: .at(.seconds(50))) == 0)
    }

    private func phase(
        from: Span = .zero, ramp: Span = .zero, _ perSecond: Double, followsDay: Bool = false
    ) -> PopulationPlan.LoadPhase {
        PopulationPlan.LoadPhase(
            from: from, ramp: ramp, perSecond: perSecond, followsDay: followsDay, size: .constant(1))
    }

    /// 1/s for 10 s, a ramp to 3/s in 10 s, 3/s for 10 s, and 0.5/s for 20 s: 10 + 20 + 30 + 10.
    @Test("phases follow each other by steps and ramps")
    func phases() {
        let curve = LoadCurve(
            [phase(1), phase(from: .seconds(10), ramp: .seconds(10), 3), phase(from: .seconds(30), 0.5)],
            end: .seconds(50))
        #expect(curve.total == 70)
        #expect(curve.rate(at: .at(.seconds(5))) == 1)
        #expect(abs(curve.rate(at: .at(.seconds(15))) - 2) < 1e-12)
        #expect(curve.rate(at: .at(.milliseconds(29_999))) == 3)
        #expect(curve.rate(at: .at(.seconds(30))) == 0.5)
    }

    /// 24 mean hours a day at 0.001/s: 86.4. From midnight to 4 the mean is 0.7, from 18 to 19 it is 1.6; at
    /// 6:30 it is half way from 0.4 to 0.7.
    @Test("a day has its hours, and its mean is that of the phase")
    func day() {
        let curve = LoadCurve([phase(0.001, followsDay: true)], end: .hours(48))
        #expect(abs(curve.total - 2 * 86.4) < 1e-9)
        #expect(abs(curve.rate(at: .at(.hours(2))) - 0.0007) < 1e-12)
        #expect(abs(curve.rate(at: .at(.minutes(390))) - 0.00055) < 1e-12)
        #expect(abs(curve.rate(at: .at(.minutes(24 * 60 + 18 * 60 + 30))) - 0.0016) < 1e-12)
        let night = LoadCurve([phase(0.001, followsDay: true)], end: .hours(4))
        #expect(abs(night.total - 0.001 * 4 * 3_600 * 0.7) < 1e-9)
        // A constant phase from 18 on follows by a step from 1.6.
        let both = LoadCurve(
            [phase(0.001, followsDay: true), phase(from: .hours(18), 0.001)], end: .hours(19))
        #expect(abs(both.total - 3.6 * (2.8 + 2.75 + 8.8 + 1.55 + 1)) < 1e-9)
    }
}

@Suite("population: who there is")
struct CensusTests {
    private func census(_ seed: UInt64 = 1, _ change: (inout PopulationPlan) -> Void) -> Census {
        var plan = PopulationPlan()
        change(&plan)
        return Census(plan, seed: seed)
    }

    /// Of 10,000 people, 7,000 are to have one device: one standard error is √(10,000·0.7·0.3) = 46. Four of
    /// them are granted.
    @Test("devices, regions and access networks have their shares")
    func shares() {
        let roster = census {
            $0.users = 10_000
            $0.devices = [0.7, 0.2, 0.1]
            $0.deviceLimit = 3
            $0.regions = [("eu", 0.5), ("us", 0.5)]
            $0.accesses = [("wifi", 0.3), ("mobile", 0.7)]
        }.roster
        #expect(abs(roster.devices.count { $0 == 1 } - 7_000) < 184)
        #expect(abs(roster.devices.count { $0 == 3 } - 1_000) < 120)
        #expect(abs(roster.regions.count { $0 == 0 } - 5_000) < 200)
        #expect(abs(roster.accesses.count { $0 == 1 } - 7_000) < 184)
        // Drawn independently: of the half in one region 70 % are mobile, √(5,000·0.7·0.3) = 32.
        let both = zip(roster.regions, roster.accesses).count { $0 == 0 && $1 == 1 }
        #expect(abs(both - 3_500) < 200)
    }

    /// 11 people in rooms of 3: the last one is smaller, as of 4; of 20: all. Of 5 one is left over, who gets a companion
    /// of the room before; of 2 one makes a room of three.
    @Test("S0-1 everybody is in exactly one room of each size, which is no larger than that")
    func rooms() {
        let roster = census {
            $0.users = 11
            $0.rooms = [(3, 0.4), (4, 0.2), (20, 0.2), (5, 0.1), (2, 0.1)]
        }.roster
        let rooms = zip(roster.roomStarts, roster.roomStarts.dropFirst()).map {
            Array(roster.members[$0..<$1])
        }
        #expect(rooms.map(\.count) == [3, 3, 3, 2, 4, 4, 3, 11, 5, 4, 2, 2, 2, 2, 2, 3])
        let everybody = (0..<11).map { User($0) }
        for rooms in [rooms[0...3], rooms[4...6], rooms[7...7], rooms[8...10], rooms[11...]] {
            #expect(rooms.flatMap { $0 }.sorted() == everybody)
        }
        #expect(Array(rooms[0...3].joined()) != everybody)  // shuffled
    }

    @Test("rooms are parted alike for all numbers of people and sizes")
    func partition() {
        for users in 2...40 {
            for size in 2...41 {
                let partition = RoomPartition(of: users, size: size)
                let rooms = (0..<partition.count).map { partition.members(of: $0) }
                #expect(rooms.flatMap { Array($0) } == Array(0..<users))
                #expect(rooms.allSatisfy { $0.count >= 2 })
                #expect(partition.largest == rooms.map(\.count).max())
                #expect(partition.largest <= (size == 2 ? 2 + users % 2 : size))
                #expect(rooms.dropLast(2).allSatisfy { $0.count == size })
                let others = rooms.reduce(0) { $0 + $1.count * ($1.count - 1) }
                #expect(abs(partition.meanOthers - Double(others) / Double(users)) < 1e-9)
            }
        }
    }

    @Test("another seed draws other people, the same seed the same")
    func seeds() {
        func devices(_ seed: UInt64) -> [UInt8] {
            census(seed) {
                $0.users = 100
                $0.devices = [1, 1]
                $0.deviceLimit = 2
            }.roster.devices
        }
        #expect(devices(1) == devices(1))
        #expect(devices(1) != devices(2))
    }
}
