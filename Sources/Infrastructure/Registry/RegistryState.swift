public import Vocabulary

/// What was agreed, one write after the other: entries, folders and sessions. Every server comes to the same.
public struct RegistryState: Sendable {
    private struct Folder: Sendable {
        /// In order.
        var numbers: [UInt32] = []
        var next: UInt32 = 0
        /// When an entry was last made or deleted in it.
        var changed: UInt64 = 0
    }

    struct Session: Sendable {
        let timeout: Span
        /// In the order in which they were made.
        var entries: [RegistryName] = []
    }

    /// What came of a write, and which entries and folders it has changed.
    struct WriteResult {
        var answer: RegistryAnswer
        var changed: [RegistryName] = []
        /// Folders in which an entry was made or deleted.
        var folders: [UInt32] = []
    }

    private var entries: [RegistryName: RegistryEntry] = [:]  // looked up only, never iterated
    private var folders: [UInt32: Folder] = [:]  // looked up only, never iterated
    private var sessions: [UInt64: Session] = [:]  // looked up only, never iterated
    /// In the order in which they were opened.
    public private(set) var sessionNumbers: [UInt64] = []
    /// When an entry was last set, made or deleted: what a client that reconnects has missed.
    private var changes: [RegistryName: UInt64] = [:]  // looked up only, never iterated
    private let rules: RegistryRules

    public init(rules: RegistryRules = RegistryRules()) { self.rules = rules }

    public subscript(name: RegistryName) -> RegistryEntry? { entries[name] }
    func session(_ number: UInt64) -> Session? { sessions[number] }

    public func entries(of folder: UInt32) -> [RegistryEntry] {
        (folders[folder]?.numbers ?? []).map { entries[RegistryName(folder, $0)]! }
    }

    func changed(_ watch: RegistryWatch) -> UInt64 {
        switch watch {
        case .entry(let name): changes[name] ?? 0
        case .folder(let folder): folders[folder]?.changed ?? 0
        }
    }

    /// Carries out what was agreed at that place of the log.
    mutating func apply(_ command: RegistryCommand, at place: UInt64) -> WriteResult {
        if case .openSession(let timeout) = command.write {
            if sessions.updateValue(Session(timeout: timeout), forKey: command.session) == nil {
                sessionNumbers.append(command.session)
            }
            return WriteResult(answer: .done)
        }
        guard sessions[command.session] != nil else { return WriteResult(answer: .refused(.expired)) }
        if let fence = command.fence, !rules.fence(fence, entries[fence.name]) {
            return WriteResult(answer: .refused(.fencedOff))
        }
        switch command.write {
        case .create(let name, let value, let isEphemeral):
            return make(name, value, owner: isEphemeral ? command.session : 0, at: place)
        case .createNext(let folder, let value, let isEphemeral):
            let name = RegistryName(folder, folders[folder]?.next ?? 0)
            return make(name, value, owner: isEphemeral ? command.session : 0, at: place)
        case .set(let name, let value, let version):
            guard var entry = entries[name] else { return WriteResult(answer: .refused(.noEntry)) }
            guard version == nil || version == entry.version else {
                return WriteResult(answer: .refused(.wrongVersion))
            }
            entry.value = value
            entry.version += 1
            entries[name] = entry
            changes[name] = place
            return WriteResult(answer: .entry(entry), changed: [name])
        case .delete(let name, let version):
            guard let entry = entries[name] else { return WriteResult(answer: .refused(.noEntry)) }
            guard version == nil || version == entry.version else {
                return WriteResult(answer: .refused(.wrongVersion))
            }
            sessions[entry.owner]?.entries.removeAll { $0 == name }
            remove(name, at: place)
            return WriteResult(answer: .done, changed: [name], folders: [name.folder])
        case .closeSession:
            let names = sessions.removeValue(forKey: command.session)!.entries
            sessionNumbers.removeAll { $0 == command.session }
            for name in names { remove(name, at: place) }
            return WriteResult(answer: .done, changed: names, folders: names.map(\.folder))
        case .openSession: preconditionFailure("it was opened above")
        }
    }

    private mutating func make(
        _ name: RegistryName, _ value: RegistryValue, owner: UInt64, at place: UInt64
    ) -> WriteResult {
        guard entries[name] == nil else { return WriteResult(answer: .refused(.exists)) }
        let entry = RegistryEntry(name: name, value: value, version: 0, epoch: place, owner: owner)
        entries[name] = entry
        changes[name] = place
        if owner != 0 { sessions[owner]!.entries.append(name) }
        var folder = folders.removeValue(forKey: name.folder) ?? Folder()
        let index = folder.numbers.lastIndex { $0 < name.number }.map { $0 + 1 } ?? 0
        folder.numbers.insert(name.number, at: index)
        folder.next = max(folder.next, name.number + 1)
        folder.changed = place
        folders[name.folder] = folder
        return WriteResult(answer: .entry(entry), changed: [name], folders: [name.folder])
    }

    private mutating func remove(_ name: RegistryName, at place: UInt64) {
        entries[name] = nil
        changes[name] = place
        folders[name.folder]!.numbers.removeAll { $0 == name.number }
        folders[name.folder]!.changed = place
    }
}

/// Decisions of a registry that tests replace, to see that it is found out.
public struct RegistryRules: Sendable {
    /// Whether a write under a leadership may be carried out, given the entry that stands for it.
    public var fence: @Sendable (RegistryFence, RegistryEntry?) -> Bool = { $1?.epoch == $0.epoch }
    /// Whether a session that has not been heard of until its deadline is closed.
    public var expires: @Sendable (_ deadline: Instant, _ now: Instant) -> Bool = { $0 <= $1 }

    public init() {}
}
