internal import Cluster
internal import Simulation
internal import Vocabulary

/// What an app is told, and shows.
extension Phone {
    func hear(_ word: ToDevice, on line: Line<ToDevice>, in shift: Shift) {
        switch word {
        case .accepted(let letter): if settle(letter, in: shift) { tell(.accepted(letter), in: shift) }
        case .refused(let letter, let refusal):
            // After trouble of the system the app tries again, when it would have without an answer; and where another
            // attempt was accepted, it says nothing any more.
            if isFinal(refusal, of: letter) ? settle(letter, in: shift) : awaits(letter) {
                tell(.refused(letter, refusal), in: shift)
            }
        case .pieceTaken(let letter, let number): sendNextPiece(of: letter, behind: number, in: shift)
        case .letter(let letter): show(letter, in: shift)
        case .receipt(let letter, let user): tell(.receiptKnown(letter, from: user), in: shift)
        case .readReceipt(let letter, let user): tell(.readKnown(letter, from: user), in: shift)
        case .unblocked(let user):
            if town.unblock(user, by: id.user) { tell(.unblocked(user, by: id.user), in: shift) }
        // Blocks hold here whatever the system says; who is in a room was never this app's to say.
        case .changeRefused(let change, let refusal): hear(change, wasRefused: refusal, in: shift)
        case .answer(let answer): hear(answer, in: shift)
        case .moved: move(from: line, in: shift)
        case .loginNeeded: logIn(on: line, in: shift)
        case .loggedIn(let credential): take(credential, on: line, in: shift)
        case .newKey(let key): learn(key)
        case .blockAnswered(let number, let answer): hear(answer, toOrder: number, in: shift)
        case .blockSet(let entry): hear(entry, in: shift)
        case .blockQuestion(let user): hearQuestion(about: user, in: shift)
        case .blockedBy(let entry): hear(blockedBy: entry)
        case .missed(let page): hear(missed: page)
        case .elsewhere: stopConnecting(in: shift)
        case .resendWanted(let letter, let device, let key):
            hearThatResendIsWanted(letter, by: device, key: key, in: shift)
        }
    }

    private func hear(missed page: UInt32) {
        guard case .news(let news) = town.pages.take(page) else { return }
        for entry in news.blockers { hear(blockedBy: entry) }
        for key in news.keys { learn(key) }
    }

    func show(_ letter: Letter, in shift: Shift) {
        if town.isBlocked(letter.id.sender, on: id) {
            // The third layer (S0-25): the system did not know of the block in time, or does not care.
            return confirm(.stopped(letter.id), in: shift)
        } else if letter.isSealed, !opens(letter, in: shift) {
            return askForAnother(letter, in: shift)
        } else if town.appPlan.order != .none, turn(of: letter) == .later {
            return hold(letter)
        } else if town.appPlan.order != .none, turn(of: letter) == .never {
            tell(.droppedAsDuplicate(letter.id, on: id), in: shift)
        } else if town.appPlan.rules.shows(letter, town.seen.insert(letter.id, by: town.number(of: id))) {
            town.shown?(letter.id, id, shift.now)
            keep(letter)
            fetchFile(of: letter.id, in: shift)
            tell(.shown(letter.id, on: id), in: shift)
            if let pause = town.readPause(of: id.user, letter.id), letter.id.sender != id.user {
                _ = shift.arm(.read(letter.id), after: pause)
            }
            if town.appPlan.order != .none { passed(letter, in: shift) }
        } else {
            tell(.droppedAsDuplicate(letter.id, on: id), in: shift)
        }
        // A duplicate too: who sends it again has not heard of it.
        confirm(.shown(letter.id), in: shift)
    }

    private func confirm(_ word: FromDevice, in shift: Shift) {
        let channel = town.appPlan.routes.confirmations
        if isConnected(channel) { say(word, over: channel, in: shift) }
    }

    func read(_ letter: LetterID, in shift: Shift) {
        guard state.contains(.app) else { return }
        tell(.read(letter, by: id.user), in: shift)
        sayWhenPossible(.read(letter), in: shift)
    }
}
