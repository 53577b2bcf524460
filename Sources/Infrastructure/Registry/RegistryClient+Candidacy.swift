public import Cluster
internal import Simulation
internal import Vocabulary

/// A part stands for leadership: an ephemeral entry with the next number in a folder. Who has the lowest leads; each
/// other one watches the one before it, so that the end of a leader wakes one only.
@usableFromInline
struct RegistryCandidacy: Sendable {
    enum CandidacyStep: Sendable { case enters, lists, watches, leads, rests }

    let folder: UInt32
    let value: RegistryValue
    var step = CandidacyStep.rests
    var fence: RegistryFence?
    /// The entry before its own.
    var watched: RegistryName?
}

extension RegistryClient {
    /// Stands for leadership in a folder, as long as the part runs: after a session has ended, with the next one.
    public mutating func stand(
        for folder: UInt32, with value: RegistryValue, in shift: ShiftOf<Owner>
    ) {
        candidacies.append(RegistryCandidacy(folder: folder, value: value))
        if state == .attached { begin(candidacies.count - 1, in: shift) }
    }

    /// Whether it leads in a folder, as far as it knows.
    public func leadership(of folder: UInt32) -> RegistryFence? {
        candidacies.first { $0.folder == folder && $0.step == .leads }?.fence
    }

    /// After an interruption it looks first: its entry may be there.
    mutating func begin(_ number: Int, in shift: ShiftOf<Owner>) {
        guard candidacies[number].step == .rests || candidacies[number].step == .watches else { return }
        list(number, in: shift)
    }

    private mutating func list(_ number: Int, in shift: ShiftOf<Owner>) {
        candidacies[number].step = .lists
        ask(
            .read(.list(folder: candidacies[number].folder, watches: false)), .candidacy(number), in: shift)
    }

    mutating func depose(_ number: Int) {
        let led = candidacies[number].step == .leads
        candidacies[number].step = .rests
        candidacies[number].fence = nil
        if led { outcomes.append(.deposed(folder: candidacies[number].folder)) }
    }

    @usableFromInline
    mutating func goOn(
        _ number: Int, _ result: Result<RegistryAnswer, RegistryError>, in shift: ShiftOf<Owner>
    ) {
        let candidacy = candidacies[number]
        switch (candidacy.step, result) {
        case (.lists, .success(.entries(let entries))):
            take(Array((0..<entries.count).map { entries[$0] }), number, in: shift)
            entries.letGo()
        case (.enters, .success): list(number, in: shift)
        case (.watches, .success(.entry)): break  // it is told when that one goes
        case (.watches, _): list(number, in: shift)
        // Whether it is in is seen when there is a connection again.
        default: candidacies[number].step = .rests
        }
    }

    private mutating func take(_ entries: [RegistryEntry], _ number: Int, in shift: ShiftOf<Owner>) {
        guard let place = entries.firstIndex(where: { $0.owner == session }) else {
            candidacies[number].step = .enters
            return ask(
                .write(
                    .createNext(
                        folder: candidacies[number].folder, candidacies[number].value, isEphemeral: true), nil
                ),
                .candidacy(number), in: shift)
        }
        if place == 0 {
            let fence = RegistryFence(name: entries[0].name, epoch: entries[0].epoch)
            candidacies[number].step = .leads
            candidacies[number].fence = fence
            return outcomes.append(.elected(fence))
        }
        candidacies[number].step = .watches
        candidacies[number].watched = entries[place - 1].name
        ask(.read(.get(entries[place - 1].name, watches: true)), .candidacy(number), in: shift)
    }

    /// Whether a change was watched by a candidacy.
    mutating func goOn(after watch: RegistryWatch, in shift: ShiftOf<Owner>) -> Bool {
        guard case .entry(let name) = watch,
            let number = candidacies.firstIndex(where: { $0.watched == name && $0.step == .watches })
        else { return false }
        list(number, in: shift)
        return true
    }
}
