internal import Cluster
internal import Simulation
internal import Vocabulary

/// Files that letters refer to (S0-41), where the plan of the app has a channel for them.
///
///     sender's app          file server          a device of the recipient
///       ── piece 0 ──────────▶ on its disk          (the letter comes by its own way, and is shown)
///       ◀───────── it has 1 ──                       ◀── shown: piece 0?
///       ── piece 1 ──────────▶ on its disk ── piece 0 ──▶
///       ◀───────── it has 2 ──  …                    ◀── piece 1?
///
/// A letter does not wait for its file. Each piece is a question (`Phone+Asking`): it is asked again when no answer comes,
/// and on the next line, and so a file goes on where it was. A server that has lost pieces says how many it has, and the
/// app goes back to that. When a piece has used its attempts, the file goes behind the others, and is tried anew.
///
/// A device moves one file at a time, those first that it sends: a file that is waited for never waits for others. What
/// lies on a server to which there is no line lets others pass, until a piece of those has not come in time.
extension Phone {
    /// What was tapped may have a file: that is the person's doing, as what the letter says.
    func sendFile(of letter: LetterID, in shift: Shift) {
        guard let bytes = town.fileSize(of: letter, at: shift.now) else { return }
        town.files.put(bytes, of: letter, on: id.number)
        begin(Transfers.Transfer(letter: letter, isUpload: true, began: shift.now), in: shift)
    }

    /// A letter is shown: its file is wanted, unless it went out from here.
    func fetchFile(of letter: LetterID, in shift: Shift) {
        guard town.files.size(of: letter) != nil, !town.files.isFrom(id, letter) else { return }
        begin(Transfers.Transfer(letter: letter, isUpload: false, began: shift.now), in: shift)
    }

    private func begin(_ transfer: Transfers.Transfer, in shift: Shift) {
        let device = town.number(of: id)
        let queue = town.transfers[device]?.queue ?? []
        let place = transfer.isUpload ? queue.firstIndex { !$0.isUpload } ?? queue.count : queue.count
        if place == 0, let first = queue.first { forgetQuestion(first.kind, about: first.letter, in: shift) }
        town.transfers[device, default: Transfers()].queue.insert(transfer, at: place)
        town.meters.filesWaiting?.value += 1
        town.meters.durations(of: transfer)?.opened(at: transfer.began)
        moveFiles(in: shift)
    }

    /// The first file goes on where it was, unless it is under way.
    func moveFiles(in shift: Shift) {
        guard state.contains(.app), let transfer = town.transfers[town.number(of: id)]?.queue.first,
            !isMoving(transfer)
        else { return }
        leadChannel(to: transfer, in: shift)
        let letter = transfer.letter
        ask(
            transfer.kind, subject: letter.sender.number, from: letter.number, key: UInt16(transfer.pieces),
            over: town.appPlan.routes.files, in: shift)
    }

    private func isMoving(_ transfer: Transfers.Transfer) -> Bool {
        isAsking(transfer.kind, subject: transfer.letter.sender.number, from: transfer.letter.number)
    }

    /// What a question weighs beside its envelope.
    func size(of question: Question) -> ByteCount {
        question.kind == .upload
            ? town.files.size(ofPiece: Int(question.key), of: question.letter) : .zero
    }

    // MARK: Answers

    /// A server says how many pieces of a file it has, or has sent one.
    func hear(_ answer: Answer, toPieceOf question: Question, in shift: Shift) {
        let device = town.number(of: id)
        guard let transfer = town.transfers[device]?.queue.first, transfer.isMeant(by: question) else {
            return
        }
        let count = town.files.pieceCount(of: transfer.letter)
        let pieces = min(transfer.isUpload ? Int(answer.value) : transfer.pieces + 1, count)
        town.transfers[device]?.queue[0].pieces = pieces
        if pieces == count {
            town.meters.durations(of: transfer)?.closed(since: transfer.began, at: shift.now)
            end(transfer, in: shift)
        }
        moveFiles(in: shift)
    }

    /// A piece has not come in time. Whoever is to send it may wait as this device does, each for a file of the other's: what
    /// is to go out from here goes first now. False when there is none.
    func letUploadPass(_ question: Question, in shift: Shift) -> Bool {
        let device = town.number(of: id)
        guard question.kind == .download, let queue = town.transfers[device]?.queue,
            let first = queue.first, first.isMeant(by: question),
            let place = queue.firstIndex(where: \.isUpload)
        else { return false }
        forgetQuestion(first.kind, about: first.letter, in: shift)
        town.transfers[device]?.queue.remove(at: place)
        town.transfers[device]?.queue.insert(queue[place], at: 0)
        moveFiles(in: shift)
        return true
    }

    /// A piece has used its attempts: others go first now.
    func postponeFile(of question: Question, in shift: Shift) {
        let device = town.number(of: id)
        guard let first = town.transfers[device]?.queue.first, first.isMeant(by: question) else { return }
        town.transfers[device]?.queue.removeFirst()
        town.transfers[device]?.queue.append(first)
        moveFiles(in: shift)
    }

    private func end(_ transfer: Transfers.Transfer, in shift: Shift) {
        let device = town.number(of: id)
        town.transfers[device]?.queue.removeAll {
            $0.letter == transfer.letter && $0.isUpload == transfer.isUpload
        }
        town.transfers[device]?.idleSince = shift.now
        town.meters.filesWaiting?.value -= 1
    }

    /// Who has lost the device has lost what was under way.
    func dropFiles() {
        guard !town.transfers.isEmpty, let lost = town.transfers.removeValue(forKey: town.number(of: id))
        else {
            return
        }
        town.meters.filesLost?.add(lost.queue.count)
        town.meters.filesWaiting?.value -= lost.queue.count
        for transfer in lost.queue { town.meters.durations(of: transfer)?.dropped(since: transfer.began) }
    }

    // MARK: The channel

    /// To where that file lies, where there is a channel for files alone.
    private func leadChannel(to transfer: Transfers.Transfer, in shift: Shift) {
        let channel = town.appPlan.routes.files
        guard town.appPlan.channels[channel].leadsToFiles else { return }
        let (device, server) = (town.number(of: id), town.doors.place(channel, of: transfer.letter.sender))
        guard town.transfers[device]?.server != server else { return }
        hangUp(channel, in: shift)
        link(channel) { $0.door = town.doors.door(channel, server) }
        town.transfers[device]?.server = server
    }

    /// There is no line to where the first file lies: one that lies elsewhere goes first now.
    func letOthersPass(on channel: Int, in shift: Shift) {
        guard town.appPlan.channels[channel].leadsToFiles else { return }
        let device = town.number(of: id)
        guard let transfers = town.transfers[device], let first = transfers.queue.first,
            let place = transfers.queue.firstIndex(where: {
                town.doors.place(channel, of: $0.letter.sender) != transfers.server
            })
        else { return }
        forgetQuestion(first.kind, about: first.letter, in: shift)
        town.transfers[device]?.queue.swapAt(0, place)
        let next = transfers.queue[place]
        leadChannel(to: next, in: shift)
        enlist(
            next.kind, subject: next.letter.sender.number, from: next.letter.number,
            key: UInt16(next.pieces), over: channel)
    }

    /// Nothing has been moved for a while.
    func closeIfStill(_ channel: Int, line: UInt32, in shift: Shift) {
        guard link(channel, { $0.linesOpened }) == line, !hasQuestions(over: channel),
            let transfers = town.transfers[town.number(of: id)],
            shift.now - transfers.idleSince >= town.appPlan.channels[channel].lingers
        else { return }
        hangUp(channel, in: shift)
    }
}

extension Transfers.Transfer {
    var kind: Question.Kind { isUpload ? .upload : .download }

    func isMeant(by question: Question) -> Bool { question.letter == letter && question.kind == kind }
}

extension ClientMeters {
    fileprivate func durations(of transfer: Transfers.Transfer) -> DurationMeter? {
        transfer.isUpload ? upload : download
    }
}
