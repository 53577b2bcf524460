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

    /// What is known of a name.
    private struct Known: Sendable {
        var entry: RegistryEntry?
        /// When its entry was last set, made or deleted: what a client that reconnects has missed.
        var changed: UInt64
    }

    private var names: [UInt64: Known] = [:]  // by their words; looked up only, never iterated
    private var folders: [UInt32: Folder] = [:]  // looked up only, never iterated
    private var sessions: [UInt64: Session] = [:]  // looked up only, never iterated
    /// In the order in which they were opened.
    public private(set) var sessionNumbers: [UInt64] = []
    private let rules: RegistryRules

    public init(rules: RegistryRules = RegistryRules()) { self.rules = rules }

    public subscript(name: RegistryName) -> RegistryEntry? { names[name.word]?.entry }
    func session(_ number: UInt64) -> Session? { sessions[number] }

    public func entries(of folder: UInt32) -> [RegistryEntry] {
        (folders[folder]?.numbers ?? []).map { self[RegistryName(folder, $0)]! }
    }

    func changed(_ watch: RegistryWatch) -> UInt64 {
        switch watch {
        case .entry(let name): names[name.word]?.changed ?? 0
        case .folder(let folder): folders[folder]?.changed ?? 0
        }
    }

    /// Carries out what was agreed at that place of the log, and says which entries and folders it has changed.
    mutating func apply(
        _ command: RegistryCommand, at place: UInt64, changing note: (RegistryWatch) -> Void
    ) -> RegistryAnswer {
        if case .openSession(let timeout) = command.write {
            if sessions.updateValue(Session(timeout: timeout), forKey: command.session) == nil {
                sessionNumbers.append(command.session)
            }
            return .done
        }
        guard sessions.index(forKey: command.session) != nil else { return .refused(.expired) }
        if let fence = command.fence, !rules.fence(fence, self[fence.name]) { return .refused(.fencedOff) }
        switch command.write {
        case .create(let name, let value, let isEphemeral):
            return make(name, value, owner: isEphemeral ? command.session : 0, at: place, note)
        case .createNext(let folder, let value, let isEphemeral):
            let name = RegistryName(folder, folders[folder]?.next ?? 0)
            return make(name, value, owner: isEphemeral ? command.session : 0, at: place, note)
        case .set(let name, let value, let version):
            guard let index = names.index(forKey: name.word), var entry = names.values[index].entry else {
                return .refused(.noEntry)
            }
            guard version == nil || version == entry.version else { return .refused(.wrongVersion) }
            entry.value = value
            entry.version += 1
            names.values[index] = Known(entry: entry, changed: place)
            note(.entry(name))
            return .entry(entry)
        case .delete(let name, let version):
            guard let entry = self[name] else { return .refused(.noEntry) }
            guard version == nil || version == entry.version else { return .refused(.wrongVersion) }
            sessions[entry.owner]?.entries.removeAll { $0 == name }
            remove([name], at: place, note)
            return .done
        case .closeSession:
            sessionNumbers.removeAll { $0 == command.session }
            remove(sessions.removeValue(forKey: command.session)!.entries, at: place, note)
            return .done
        case .openSession: preconditionFailure("it was opened above")
        }
    }

    private mutating func make(
        _ name: RegistryName, _ value: RegistryValue, owner: UInt64, at place: UInt64,
        _ note: (RegistryWatch) -> Void
    ) -> RegistryAnswer {
        guard self[name] == nil else { return .refused(.exists) }
        let entry = RegistryEntry(name: name, value: value, version: 0, epoch: place, owner: owner)
        names[name.word] = Known(entry: entry, changed: place)
        if owner != 0 { sessions[owner]!.entries.append(name) }
        var folder = folders.removeValue(forKey: name.folder) ?? Folder()
        let index = folder.numbers.lastIndex { $0 < name.number }.map { $0 + 1 } ?? 0
        folder.numbers.insert(name.number, at: index)
        folder.next = max(folder.next, name.number + 1)
        folder.changed = place
        folders[name.folder] = folder
        note(.entry(name))
        note(.folder(name.folder))
        return .entry(entry)
    }

    private mutating func remove(
        _ gone: [RegistryName], at place: UInt64, _ note: (RegistryWatch) -> Void
    ) {
        for name in gone {
            names[name.word] = Known(entry: nil, changed: place)
            folders[name.folder]!.numbers.removeAll { $0 == name.number }
            folders[name.folder]!.changed = place
        }
        for name in gone { note(.entry(name)) }
        for name in gone { note(.folder(name.folder)) }
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
