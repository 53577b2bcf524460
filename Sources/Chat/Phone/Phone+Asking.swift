internal import Cluster
internal import Simulation
internal import Vocabulary

/// What an app asks: until it is answered it asks again, after each timeout and on each new line, as it sends
/// letters again. Who has no question open takes no memory for them.
///
/// What answers the wish for a letter that could not be opened (`Question.Kind.again`) is that letter, not the word that
/// it was passed on: whoever could seal it anew may be away, and the wish may be lost on its way to them. For as long as
/// the app is open it is not given up.
extension Phone {
    /// On the next line of its channel, or now.
    func ask(
        _ kind: Question.Kind, subject: UInt32 = 0, from: UInt32 = 0, key: UInt16 = 0, over channel: Int,
        in shift: Shift
    ) {
        put(enlist(kind, subject: subject, from: from, key: key, over: channel), in: shift)
    }

    /// On the next line of its channel.
    @discardableResult
    func enlist(
        _ kind: Question.Kind, subject: UInt32 = 0, from: UInt32 = 0, key: UInt16 = 0, over channel: Int
    ) -> Question {
        let device = town.number(of: id)
        var asking = town.asking[device] ?? Town.Asking()
        asking.count += 1
        let question = Question(
            kind: kind, channel: UInt8(channel), key: key, number: asking.count, subject: subject, from: from)
        town.questions.append(OpenQuestion(question: question), to: &asking.open)
        town.asking[device] = asking
        return question
    }

    /// All that is open on a channel, over a line that has just opened.
    func askAgain(over channel: Int, in shift: Shift) {
        guard let asking = town.asking[town.number(of: id)] else { return }
        for open in town.questions.elements(of: asking.open) where Int(open.question.channel) == channel {
            put(open.question, in: shift)
        }
    }

    func hasQuestions(over channel: Int) -> Bool {
        guard let asking = town.asking[town.number(of: id)] else { return false }
        return town.questions.first(in: asking.open) { Int($0.question.channel) == channel } != nil
    }

    /// A question about a letter that is not answered yet.
    func openQuestion(_ kind: Question.Kind, about letter: LetterID) -> OpenQuestion? {
        guard let asking = town.asking[town.number(of: id)] else { return nil }
        return town.questions.first(in: asking.open) {
            $0.question.kind == kind && $0.question.letter == letter
        }
    }

    /// It was asked already, and not answered.
    func isAsking(_ kind: Question.Kind, subject: UInt32, from: UInt32) -> Bool {
        guard let asking = town.asking[town.number(of: id)] else { return false }
        return town.questions.first(in: asking.open) {
            $0.question.kind == kind && $0.question.subject == subject && $0.question.from == from
        } != nil
    }

    private func put(_ question: Question, in shift: Shift) {
        let channel = Int(question.channel)
        guard isConnected(channel) else {
            return connect(channel, attempt: 0, in: shift)
        }
        say(.ask(question), over: channel, size: size(of: question), in: shift)
        let device = town.number(of: id)
        guard let asking = town.asking[device] else { return }
        let attempt = town.questions.first(in: asking.open) { $0.question.number == question.number }?
            .attempts
        let timer = shift.arm(
            .question(question.number), after: town.wait(forAnswerTo: question, of: id, attempt: attempt ?? 0)
        )
        town.questions.update(in: asking.open, where: { $0.question.number == question.number }) {
            if let former = $0.timer { shift.cancel(former) }
            $0.attempts += 1
            $0.timer = timer
        }
    }

    /// The time for an answer is over, and the pause behind it.
    func missAnswer(toQuestion number: UInt32, in shift: Shift) {
        guard let asking = town.asking[town.number(of: id)] else { return }
        var missed: OpenQuestion?
        town.questions.update(in: asking.open, where: { $0.question.number == number }) {
            $0.timer = nil
            missed = $0
        }
        guard let missed, !letUploadPass(missed.question, in: shift) else { return }
        if isStillWanted(missed.question, after: missed.attempts) {
            return put(missed.question, in: shift)
        }
        _ = settleQuestion(number, in: shift)
        switch missed.question.kind {
        case .door: reconnectLater(Int(missed.question.subject), in: shift)
        case .upload, .download: postponeFile(of: missed.question, in: shift)
        default: break
        }
    }

    /// It goes on being open. Nil when it is not.
    private func notePassedOn(_ number: UInt32) -> Question? {
        guard let asking = town.asking[town.number(of: id)] else { return nil }
        var question: Question?
        town.questions.update(in: asking.open, where: { $0.question.number == number }) {
            $0.isPassedOn = true
            question = $0.question
        }
        return question
    }

    /// Nil when there was an answer before, or the app has been closed since.
    private func settleQuestion(_ number: UInt32, in shift: Shift) -> Question? {
        let device = town.number(of: id)
        guard var asking = town.asking[device],
            let open = town.questions.removeFirst(
                from: &asking.open, where: { $0.question.number == number })
        else { return nil }
        if let timer = open.timer { shift.cancel(timer) }
        town.asking[device] = asking
        return open.question
    }

    /// Nobody waits for an answer to it for now.
    func forgetQuestion(_ kind: Question.Kind, about letter: LetterID, in shift: Shift) {
        guard let open = openQuestion(kind, about: letter) else { return }
        _ = settleQuestion(open.question.number, in: shift)
    }

    /// Nobody waits for answers any more, or for those to questions of one kind.
    func forgetQuestions(_ kind: Question.Kind? = nil, in shift: Shift) {
        let device = town.number(of: id)
        guard var asking = town.asking[device] else { return }
        func isMeant(_ open: OpenQuestion) -> Bool { kind == nil || kind == open.question.kind }
        while let open = town.questions.removeFirst(from: &asking.open, where: isMeant) {
            if let timer = open.timer { shift.cancel(timer) }
        }
        town.asking[device] = asking
    }

    func hear(_ answer: Answer, in shift: Shift) {
        let page = town.pages.take(answer.page)
        guard
            let question = answer.kind == .again
                ? notePassedOn(answer.number) : settleQuestion(answer.number, in: shift)
        else { return }
        link(Int(question.channel)) { $0.beginAnew() }
        town.answered?(question, answer, id, shift.now)
        switch question.kind {
        case .door: learnDoor(of: Int(question.subject), Int(answer.value), in: shift)
        case .history:
            if case .letters(let letters) = page {
                for letter in letters { show(letter, in: shift) }
                take(historyOf: letters, isLast: answer.value == 0, in: shift)
            }
            if answer.value > 0 { ask(.history, from: answer.value, over: Int(question.channel), in: shift) }
        case .keys:
            if case .keys(let keys) = page { learn(keys, of: User(question.subject), in: shift) }
        case .conversations:
            if case .conversations(let all) = page { town.listed?(all, id, shift.now) }
        case .blocks:
            if case .blocks(let entries) = page { hear(entries, in: shift) }
        case .upload, .download: hear(answer, toPieceOf: question, in: shift)
        default: break  // of the design's own: that it was answered is all
        }
        hangUpIfIdle(Int(question.channel), in: shift)
    }
}

/// A question without an answer yet.
struct OpenQuestion: Sendable {
    let question: Question
    var attempts: UInt32 = 0
    /// Of a wish for a letter: who could seal it anew is told.
    var isPassedOn = false
    /// Until the app asks it again, or gives it up.
    var timer: Timer?
}
