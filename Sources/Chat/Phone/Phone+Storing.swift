internal import Cluster
internal import Simulation
internal import Vocabulary

/// The store on the device, where the plan of the app keeps one (S0-4, S0-32, S0-44): what was shown or sent here. A
/// search reads all of it, and asks no server.
extension Phone {
    func keep(_ letter: Letter) {
        guard town.appPlan.keepsStore else { return }
        town.stores.add(letter, on: town.number(of: id))
        town.meters.storedBytes?.value += Int(letter.bytes)
        town.meters.storedLetters?.value += 1
    }

    func loseStore() {
        let lost = town.stores.lose(town.number(of: id))
        town.meters.storedBytes?.value -= Int(lost.bytes)
        town.meters.storedLetters?.value -= Int(lost.letters)
        if let began = town.stores.endDownload(to: town.number(of: id)) {
            town.meters.historyDownload?.dropped(since: began)
        }
    }

    /// The whole store at the rate at which the device reads and compares.
    func search(in shift: Shift) {
        guard state.contains(.app) else { return }
        let bytes = town.stores.store(of: town.number(of: id)).bytes
        let time = Span(
            roundingNanoseconds: Double(bytes) / Double(town.app.scanRate.bytes) * 1e9)
        town.meters.search?.opened(at: shift.now)
        _ = shift.arm(.found(since: shift.now), after: time)
    }

    /// It has come to the end. Who has closed the app meanwhile does not see what was found.
    func find(since began: Instant, in shift: Shift) {
        guard state.contains(.app) else {
            town.meters.search?.dropped(since: began)
            return
        }
        town.meters.search?.closed(since: began, at: shift.now)
    }

    func beginDownload(in shift: Shift) {
        town.stores.beginDownload(to: town.number(of: id), at: shift.now)
        town.meters.historyDownload?.opened(at: shift.now)
    }

    /// A page of history is here; the last one ends what a new device has to wait for (S0-22).
    func take(historyOf letters: [Letter], isLast: Bool, in shift: Shift) {
        let size = letters.reduce(0) { $0 + town.envelopes.copySize(of: $1).bytes }
        town.meters.historyBytes?.add(Int(size))
        guard isLast, let began = town.stores.endDownload(to: town.number(of: id)) else { return }
        town.meters.historyDownload?.closed(since: began, at: shift.now)
    }
}
