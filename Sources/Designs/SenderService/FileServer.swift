public import Chat
public import Cluster
internal import Simulation
public import Vocabulary

/// S0-41: a plain file server with a disk. It keeps the files that letters refer to, sealed as they come, and hands them to
/// who names them: the name is in the letter, so who can open that may have the file.
///
/// Apps come here over a channel of their own, and no letter does: a spike of files fills these disks and interfaces, and
/// none that a letter needs. A file lies on one server, by who sent it, and on no other one: while that is down nobody
/// gets it, and what its disk has lost is lost.
///
/// Pieces are answered when they are in the file on the disk, the last one when that is synced. Who asks for a piece that
/// has not come yet is answered when it has. Nothing is removed.
public final actor FileServer: Host {
    public typealias Heard = ToDevice

    public enum Inbox: Marked {
        case opened(Line<ToDevice>)
        case said(FromDevice, Line<ToDevice>)
        case closed(Line<ToDevice>)
        /// A gateway passes on what an app asks.
        case carry(Question, Ticket<FileAnswer>)
        /// The piece that was being written is in the file, and then safe from a loss of power; or neither.
        case written(LetterID)
        case synced(LetterID)
        case notWritten(LetterID)
        case found(Question, Requester)
        case unreadable
        /// The list of what there is has been read after a crash, and that is safe from a loss of power; or one of the two
        /// failed.
        case restored
        case secured
        case notRestored

        public var mark: UInt64 {
            switch self {
            case .opened(let line): Vocabulary.mark(1, line.mark)
            case .said(let word, let line): Vocabulary.mark(2, line.mark, word.mark)
            case .closed(let line): Vocabulary.mark(3, line.mark)
            case .carry(let question, let ticket): Vocabulary.mark(4, question.mark, ticket.mark)
            case .written(let letter): Vocabulary.mark(5, letter.word)
            case .synced(let letter): Vocabulary.mark(6, letter.word)
            case .notWritten(let letter): Vocabulary.mark(7, letter.word)
            case .found(let question, let asker): Vocabulary.mark(8, question.mark, asker.mark)
            case .unreadable: Vocabulary.mark(9)
            case .restored: Vocabulary.mark(10)
            case .notRestored: Vocabulary.mark(11)
            case .secured: Vocabulary.mark(12)
            }
        }
    }

    /// Where an answer goes.
    public enum Requester: Hashable, Sendable {
        case device(Line<ToDevice>)
        case gateway(Ticket<FileAnswer>)

        var mark: UInt64 {
            switch self {
            case .device(let line): line.mark
            case .gateway(let ticket): ticket.mark
            }
        }
    }

    static let pieces = FileName<Piece>("pieces")

    /// As it lies on the disk.
    public struct Piece: FileRecord {
        let letter: LetterID
        let number: UInt16
        let bytes: UInt32

        public var size: ByteCount { .bytes(Int64(bytes)) }
    }

    struct Request: Hashable {
        let question: Question
        let asker: Requester
    }

    /// What is known of a file.
    struct StoredFile {
        /// Where its pieces lie, by their numbers in the file on the disk.
        var records: [Int] = []
        /// The next one is on its way to the disk, and this is who will be told.
        var writing: (record: Int, request: Request)?
        var waiting: [Request] = []
    }

    public nonisolated let seat: Seat
    let settings: FileServerSettings
    let rules: FileServerRules
    let files: Files
    let log: File<Piece>
    let stored: LevelMeter
    let served, unread: FlowMeter
    @exclusivity(unchecked) var costs: RandomStream
    /// Looked up only, never iterated.
    @exclusivity(unchecked) var entries: [LetterID: StoredFile] = [:]
    @exclusivity(unchecked) var isRestored: Bool

    init(seat: Seat, settings: FileServerSettings, site: Site, rules: FileServerRules) {
        self.seat = seat
        self.settings = settings
        self.rules = rules
        files = site.files
        log = seat.file(Self.pieces)
        stored = site.meters.level(SenderService.storedFiles, at: seat)
        served = site.meters.flow(SenderService.servedFiles, at: seat)
        unread = site.meters.flow(SenderService.unreadPieces, at: seat)
        costs = seat.stream("file server")
        isRestored = seat.incarnation == 1
    }

    public static func opened(_ line: Line<ToDevice>) -> Inbox { .opened(line) }
    public static func closed(_ line: Line<ToDevice>, _: LineEnd) -> Inbox { .closed(line) }

    public func cost(of message: Inbox) -> Span {
        switch message {
        case .opened: settings.connectTime.drawn(from: &costs)
        case .said(.ask, _), .carry: settings.pieceTime.drawn(from: &costs)
        case .said, .closed, .written, .synced, .notWritten, .found, .unreadable, .restored, .secured,
            .notRestored:
            .zero
        }
    }

    public func begin(in shift: Shift) {
        guard !isRestored else { return }
        shift.read(settings.entrySize * Int64(log.numbers.count), then: .restored, orElse: .notRestored)
    }

    public func receive(_ message: Inbox, in shift: Shift) {
        switch message {
        case .opened, .closed: break  // what is said to a line that has ended reaches nobody
        case .said(let word, let line):
            // What it cannot answer yet is asked again on another line.
            guard isRestored else { return shift.hangUp(line) }
            if case .ask(let question) = word {
                take(Request(question: question, asker: .device(line)), in: shift)
            }
        case .carry(let question, let ticket):
            if isRestored { take(Request(question: question, asker: .gateway(ticket)), in: shift) }
        case .written(let letter): file(letter, in: shift)
        case .synced(let letter): confirm(letter, in: shift)
        // Not answered, the app sends it again.
        case .notWritten(let letter): entries[letter]?.writing = nil
        case .found(let question, let asker):
            let size = files.size(ofPiece: Int(question.key), of: question.letter)
            served.add(Int(size.bytes))
            answer(Request(question: question, asker: asker), UInt32(size.bytes), weighing: size, in: shift)
        case .unreadable: unread.add()  // not answered, the app asks again
        // What is there may still be in memory only, when the program ended and not the machine.
        case .restored: shift.sync(log, then: .secured, orElse: .notRestored)
        case .secured: restore()
        case .notRestored: begin(in: shift)
        }
    }

    private func take(_ request: Request, in shift: Shift) {
        switch request.question.kind {
        case .upload: keep(request, in: shift)
        case .download: find(request, in: shift)
        default: break  // its app asks nothing else here
        }
    }

    // MARK: Keeping

    private func keep(_ request: Request, in shift: Shift) {
        let (question, letter) = (request.question, request.question.letter)
        var entry = entries[letter] ?? StoredFile()
        guard Int(question.key) == entry.records.count else {
            // It was sent again, or those before it are gone.
            return answer(request, UInt32(entry.records.count), in: shift)
        }
        if entry.writing != nil {
            entry.writing?.request = request
        } else {
            let piece = Piece(
                letter: letter, number: question.key,
                bytes: UInt32(files.size(ofPiece: Int(question.key), of: letter).bytes))
            guard
                let record = shift.append(
                    piece, to: log, then: .written(letter), orElse: .notWritten(letter))
            else { return }
            entry.writing = (record, request)
        }
        entries[letter] = entry
    }

    private func file(_ letter: LetterID, in shift: Shift) {
        guard let entry = entries[letter], entry.writing != nil else { return }
        let pieces = entry.records.count + 1
        guard rules.syncs(pieces, files.pieceCount(of: letter)) else { return confirm(letter, in: shift) }
        shift.sync(log, then: .synced(letter), orElse: .notWritten(letter))
    }

    private func confirm(_ letter: LetterID, in shift: Shift) {
        guard var entry = entries[letter], let (record, request) = entry.writing else { return }
        entry.records.append(record)
        entry.writing = nil
        let waiting = entry.waiting
        entry.waiting = []
        entries[letter] = entry
        stored.value += Int(log[record].bytes)
        answer(request, UInt32(entry.records.count), in: shift)
        for request in waiting { find(request, in: shift) }
    }

    // MARK: Handing out

    private func find(_ request: Request, in shift: Shift) {
        let (question, letter) = (request.question, request.question.letter)
        var entry = entries[letter] ?? StoredFile()
        guard entry.records.indices.contains(Int(question.key)) else {
            // Asked again meanwhile, it is answered once.
            entry.waiting.removeAll { $0.asker == request.asker && $0.question.key == question.key }
            entry.waiting.append(request)
            entries[letter] = entry
            return
        }
        let record = entry.records[Int(question.key)]
        shift.read(
            record..<record + 1, of: log, then: .found(question, request.asker), orElse: .unreadable)
    }

    private func answer(
        _ request: Request, _ value: UInt32, weighing size: ByteCount = .zero, in shift: Shift
    ) {
        switch request.asker {
        case .device(let line):
            shift.say(
                ToDevice.answer(Answer(to: request.question, value)), on: line, size: settings.envelope + size
            )
        case .gateway(let ticket):
            shift.reply(FileAnswer(value: value), to: ticket, size: SenderService.frame + size)
        }
    }

    // MARK: After a crash

    /// What is on the disk, in the order in which it was written: of each file all pieces from the first one on.
    private func restore() {
        for number in log.numbers {
            let piece = log[number]
            guard entries[piece.letter, default: StoredFile()].records.count == Int(piece.number) else {
                continue
            }
            entries[piece.letter, default: StoredFile()].records.append(number)
            stored.value += Int(piece.bytes)
        }
        isRestored = true
    }
}

/// What an app is told of a file, by way of a gateway.
public struct FileAnswer: Marked {
    let value: UInt32

    public var mark: UInt64 { UInt64(value) }
}
