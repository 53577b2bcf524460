/// What one role has said to another since the start of the run, or devices to a role, or a role to them.
public struct RoleFlow: Hashable, Sendable {
    public internal(set) var messages: UInt64 = 0
    public internal(set) var bytes: UInt64 = 0
    /// Of these, the ones between zones.
    public internal(set) var messagesAcross: UInt64 = 0
    public internal(set) var bytesAcross: UInt64 = 0
}

/// The flows between all roles. Each message is in one of them, as it is in one link's counters.
struct RoleFlows: ~Copyable {
    /// Of people's devices.
    static let devices = 0

    private var rows: UnsafeMutablePointer<RoleFlow>
    private var width = 1

    init() {
        rows = .allocate(capacity: 1)
        rows.initialize(to: RoleFlow())
    }

    deinit { rows.deallocate() }

    /// Where a role is.
    static func place(of role: UInt16) -> Int { Int(role) + 1 }

    mutating func expect(role: Int) {
        let wider = max(width, role + 2)
        guard wider > width else { return }
        let larger = UnsafeMutablePointer<RoleFlow>.allocate(capacity: wider * wider)
        larger.initialize(repeating: RoleFlow(), count: wider * wider)
        for from in 0..<width {
            for to in 0..<width { larger[from * wider + to] = rows[from * width + to] }
        }
        rows.deallocate()
        (rows, width) = (larger, wider)
    }

    @inline(__always)
    func note(from: Int, to: Int, bytes: UInt32, isWithin: Bool) {
        let flow = rows + from * width + to
        flow.pointee.messages &+= 1
        flow.pointee.bytes &+= UInt64(bytes)
        if isWithin { return }
        flow.pointee.messagesAcross &+= 1
        flow.pointee.bytesAcross &+= UInt64(bytes)
    }

    subscript(from: Int, to: Int) -> RoleFlow {
        from < width && to < width ? rows[from * width + to] : RoleFlow()
    }
}
