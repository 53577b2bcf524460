public import Cluster
public import Vocabulary

extension FaultPlan {
    /// Disks are slow, full, fail to read, or have lost bits.
    public struct Disk: Hashable, Sendable {
        public var target = Target.everything
        public var pick = Pick.all
        public var mode = Mode.slow
        public var factor = Factor.times(10)
        public var share = Share.percent(10)

        public enum Mode: String, Choice {
            case full
            case slow
            case failing
            case corrupt
        }
    }
}

extension FaultPlan.Disk: HitsTarget {
    static let name = "disk"
    static let sentence = "disks are slow, full, fail to read, or have lost bits"
    static let example = "target: server, mode: slow, factor: 10"
    static let layer = FaultLayer.storage

    static let keys: [Key<Self>] =
        hits() + [
            Key("mode", \.mode, "what is wrong with them").required,
            Key("factor", \.factor, "how much slower, in the mode slow"),
            Key("share", \.share, "of what is written by then, in the mode corrupt"),
        ]

    func ending(in scenario: Scenario) -> FaultEnding { mode == .corrupt ? .atOnce : .whenHealed }

    var changesNothingBy: String? {
        switch mode {
        case .full, .failing: nil
        case .slow: factor == .one ? "factor" : nil
        case .corrupt: share == .none ? "share" : nil
        }
    }

    func check(in plan: FaultPlan, at path: String, _ checks: TargetChecks, _ reading: inout Reading) {
        checks.checkHit(of: self, at: path, &reading)
        let usual = Self()
        let turned = [
            ("factor", Mode.slow, factor != usual.factor), ("share", .corrupt, share != usual.share),
        ]
        for (key, itsMode, isTurned) in turned where isTurned && mode != itsMode {
            guard reading.isSound("\(path).mode") else { continue }
            reading.warn(
                at: "\(path).\(key)",
                "'\(key)' changes nothing: it is for the mode \(itsMode.rawValue), and this is \(mode.rawValue)"
            )
        }
    }

    func faults(on ground: FaultGround, named name: String) -> [any Fault] {
        [DiskFault(ground.machines(hitBy: self, named: name), effect)]
    }

    private var effect: DiskFault.Effect {
        switch mode {
        case .full: .full
        case .slow: .slow(by: factor)
        case .failing: .failingReads
        case .corrupt: .corrupt(share: share.fraction)
        }
    }
}
