internal import Cluster
internal import Simulation
internal import Vocabulary

/// Sealed bodies and their keys, where the plan of the app has any (S0-23, S0-24, S0-35).
///
///     sender's app          system              a device of the recipient
///       ── letter, sealed for each device ──▶ ── its copy ──▶  opens it, and shows it
///                                                              or cannot:
///       ◀────── again, with key 2 ──────── ◀── again, 2 ──
///       ── whose key is 2? ──▶ ◀── keys ──                     unless the app knows it already
///       ── letter, sealed with key 2 ─────▶ ── that ───────▶   shows it
///
/// An app seals with the keys that it knows: those that it knew at first, and what it was told of since. A device
/// with a new key can open what was sealed with the former one for a while.
///
/// A device may ask before the sender's app has heard that the system has the letter, and several may ask for one: each
/// has its turn when what was sent of the letter before it is answered, or given up.
///
/// All devices of the sender hear that a letter is asked for. The one that it was tapped on seals it at once, others that
/// have been shown it when they hear of it once more: an app asks again after each timeout.
extension Phone {
    /// What was tapped is sealed first, which takes its time.
    func seal(_ letter: Letter, in shift: Shift) {
        var sealed = letter
        sealed.envelope = town.envelopes.put(envelope(for: letter))
        town.sentBodies.keep(sealed, on: id)
        putUp(sealed, in: shift)
    }

    private func putUp(_ sealed: Letter, in shift: Shift) {
        guard let envelope = town.envelopes.envelope(of: sealed) else { return }
        let count = envelope.copies + envelope.keyCopies
        town.meters.sealedLetters?.add()
        town.meters.ciphertexts?.add(Int(count))
        town.meters.sealedBytes?.add(Int(town.envelopes.size(of: sealed).bytes))
        var sent = SentLetter(letter: sealed)
        sent.isReady = false
        town.outbox.append(sent, to: &outbox)
        let time = Span(nanoseconds: town.app.sealing.time.nanoseconds * Int64(count))
        _ = shift.arm(.sealed(sealed.id), after: time)
    }

    /// It can go now.
    func release(_ letter: LetterID, in shift: Shift) {
        var released: Letter?
        town.outbox.update(in: outbox, where: { $0.letter.id == letter && !$0.isReady }) {
            $0.isReady = true
            released = $0.letter
        }
        if let released { sendOrConnect(released, in: shift) }
    }

    // MARK: For whom

    private func envelope(for letter: Letter) -> Envelope {
        guard case .room = letter.destination, town.appPlan.sealing == .groupKey else {
            return sealedForDevices(letter)
        }
        let place = conversation(of: letter)
        let lessons = town.keys.lessons(of: town.number(of: id))
        if let key = town.keys.groupKeys[place], key.lessons == lessons { return key.envelope }
        var first = sealedForDevices(letter)
        (first.keyCopies, first.copies) = (first.copies, 1)
        var later = first
        later.keyCopies = 0
        town.keys.groupKeys[place] = Keys.GroupKey(lessons: lessons, envelope: later)
        return first
    }

    /// For all devices of all readers that this app knows of, but for itself.
    private func sealedForDevices(_ letter: Letter) -> Envelope {
        let app = town.number(of: id)
        var envelope = Envelope(
            copies: town.firstDeviceCount(of: letter), overhead: UInt32(town.app.sealing.overhead.bytes))
        let isReader = town.isFirstReader(id.user, of: letter)
        if isReader, id.number < town.firstDeviceCount(of: id.user) { envelope.copies -= 1 }
        if isReader, town.keys.lessons(of: app) == 0 { return envelope }

        func take(_ user: User, isFirstReader: Bool) {
            let changed = town.keys.changed(of: user, knownTo: app)
            for number in 0..<town.firstDeviceCount(of: user) {
                let device = DeviceID(of: user, number)
                guard device != id else { continue }
                let version = changed.first { $0.device == device }?.version ?? PublicKey.firstVersion
                if isFirstReader, version == PublicKey.firstVersion { continue }
                if isFirstReader, version == 0 { envelope.copies -= 1 }
                if !isFirstReader, version > 0 { envelope.copies += 1 }
                if isFirstReader || version > 0 { envelope.exceptions.append(PublicKey(of: device, version)) }
            }
            for key in changed where key.device.number >= town.firstDeviceCount(of: user) && key.device != id
            {
                guard key.version > 0 else { continue }
                envelope.copies += 1
                envelope.exceptions.append(key)
            }
        }
        town.forEachFirstReader(of: letter) { take($0, isFirstReader: true) }
        for user in town.keys.others(reading: conversation(of: letter)) { take(user, isFirstReader: false) }
        if !isReader { take(id.user, isFirstReader: false) }
        return envelope
    }

    // MARK: Opening

    /// Whether a letter goes on to be shown.
    func opens(_ letter: Letter, in shift: Shift) -> Bool {
        let hasKey = hasKey(to: letter, at: shift.now)
        guard town.appPlan.rules.opens(letter, hasKey) else { return false }
        if !hasKey {
            town.opening?.observe(.init(letter: letter.id, device: id, time: shift.now), at: shift.now)
        }
        settleWish(for: letter, in: shift)
        return true
    }

    /// Whether one of its private keys opens a letter; the hash in it says so (S0-24).
    private func hasKey(to letter: Letter, at time: Instant) -> Bool {
        town.keys.opens(
            version(for: id, of: letter), on: town.number(of: id), at: time, grace: town.app.sealing.grace)
    }

    /// The key of a device with which a letter was sealed; 0 when it was sealed for none of it.
    private func version(for device: DeviceID, of letter: Letter) -> UInt16 {
        let envelope = town.envelopes.envelope(of: letter)
        if let version = envelope?.version(for: device) { return version }
        let isFirst =
            envelope?.addressee == nil && town.isFirstReader(device.user, of: letter)
            && device.number < town.firstDeviceCount(of: device.user)
        return isFirst ? PublicKey.firstVersion : 0
    }

    /// A letter that it cannot open: it asks for it once more, sealed with the key that it has now, until it has one that
    /// it can open (`Phone+Asking`). That the former copy comes again says nothing new. One that was sealed for this
    /// device alone answers what it asked for, with a key that it does not have: it asks anew.
    func askForAnother(_ letter: Letter, in shift: Shift) {
        town.opening?.test()
        town.ledger.cannotOpen(letter.id, on: id, at: shift.now)
        let key = town.keys.version(of: town.number(of: id))
        if let open = openQuestion(.again, about: letter.id) {
            let isAnswer = open.isPassedOn && town.envelopes.addressee(of: letter) == id
            guard isAnswer || open.question.key != key else { return }
            forgetQuestion(.again, about: letter.id, in: shift)
        }
        town.meters.resendsAsked?.add()
        ask(
            .again, subject: letter.id.sender.number, from: letter.id.number, key: key,
            over: town.appPlan.routes.questions, in: shift)
    }

    /// A copy that was sealed for this device alone can be opened: it is what was asked for.
    private func settleWish(for letter: Letter, in shift: Shift) {
        guard town.envelopes.addressee(of: letter) == id,
            let open = openQuestion(.again, about: letter.id)
        else { return }
        forgetQuestion(.again, about: letter.id, in: shift)
        hangUpIfIdle(Int(open.question.channel), in: shift)
    }

    /// Whether a question is asked once more: the one for a letter as long as its device would show it, others as often as
    /// any is.
    func isStillWanted(_ question: Question, after attempts: UInt32) -> Bool {
        guard question.kind == .again else { return attempts < town.app.retry.limit }
        return !town.isBlocked(question.letter.sender, on: id)
    }

    // MARK: Keys

    /// A new key pair for this device. The former one opens for a while what was sealed with it.
    func makeKey(in shift: Shift) {
        guard town.appPlan.sealing != .none else { return }
        let version = town.keys.makeKey(of: town.number(of: id), at: shift.now)
        change(.newKey(id.number, version), in: shift)
    }

    func learn(_ key: PublicKey) {
        guard town.appPlan.sealing != .none else { return }
        town.keys.learn(key, by: town.number(of: id))
    }

    /// Keys that were asked for have come: what waits for them is sealed anew.
    func learn(_ keys: [PublicKey], of user: User, in shift: Shift) {
        for key in keys { learn(key) }
        for wanted in town.keys.takeWanted(by: user, of: town.number(of: id)) {
            // Gone meanwhile, or never there: a system that makes up devices is sealed nothing for.
            guard let version = knownVersion(of: wanted.key.device) else { continue }
            sealAnew(wanted, with: version, in: shift)
        }
    }

    // MARK: Once more

    /// A device could not open a letter of this one. A key that the app does not know is asked for first: who
    /// wants a letter may be anybody.
    func hearThatResendIsWanted(_ letter: LetterID, by device: DeviceID, key: UInt16, in shift: Shift) {
        let wanted = Keys.Wanted(letter: letter, key: PublicKey(of: device, key))
        guard town.appPlan.sealing != .none, let body = town.sentBodies.find(letter),
            body.device == id.number || isHeir(of: body, for: wanted)
        else { return }
        switch body.letter.destination {
        case .direct(let user): guard device.user == user || device.user == id.user else { return }
        case .room:
            if !town.isFirstReader(device.user, of: body.letter) {
                town.keys.learn(device.user, of: conversation(of: body.letter))
            }
        }
        sealAnew(wanted, in: shift)
    }

    /// Once the key is known.
    private func sealAnew(_ wanted: Keys.Wanted, in shift: Shift) {
        let (user, version) = (wanted.key.device.user.number, wanted.key.version)
        if knownVersion(of: wanted.key.device) == version {
            return sealAnew(wanted, with: version, in: shift)
        }
        town.keys.want(wanted, of: town.number(of: id))
        guard !isAsking(.keys, subject: user, from: 0) else { return }
        ask(.keys, subject: user, over: town.appPlan.routes.questions, in: shift)
    }

    /// A letter is not under way any more: the first who has asked for it meanwhile has their turn.
    func sealPostponed(_ letter: LetterID, in shift: Shift) {
        for wanted in town.keys.takePostponed(letter, of: town.number(of: id)) {
            sealAnew(wanted, in: shift)
        }
    }

    /// This one was shown the letter, and the device that it was tapped on is its owner's no more, is silent while this
    /// one is connected (S0-43), or is away, it seems: the letter is asked for again.
    private func isHeir(of body: SentBodies.Body, for wanted: Keys.Wanted) -> Bool {
        let device = town.number(of: id)
        guard town.seen.contains(body.letter.id, by: device) else { return false }
        let answersItself =
            town.appPlan.blocks != .oneDevice && town.isOwned(DeviceID(of: id.user, body.device))
        return !answersItself || town.keys.hasLeft(wanted, by: device)
    }

    /// Nil when the device has none, as far as this app knows.
    private func knownVersion(of device: DeviceID) -> UInt16? {
        let changed = town.keys.changed(of: device.user, knownTo: town.number(of: id))
        if let key = changed.first(where: { $0.device == device }) {
            return key.version == 0 ? nil : key.version
        }
        return device.number < town.firstDeviceCount(of: device.user) ? PublicKey.firstVersion : nil
    }

    private func sealAnew(_ wanted: Keys.Wanted, with known: UInt16, in shift: Shift) {
        guard let body = town.sentBodies.find(wanted.letter) else { return }
        let former = version(for: wanted.key.device, of: body.letter)
        var sealed = body.letter
        sealed.envelope = town.envelopes.put(
            Envelope(
                addressee: wanted.key.device, copies: 1, overhead: UInt32(town.app.sealing.overhead.bytes),
                exceptions: [
                    PublicKey(of: wanted.key.device, town.appPlan.rules.keyOfResend(known, former))
                ]))
        guard let sent = town.outbox.first(in: outbox, where: { $0.letter.id == wanted.letter }) else {
            town.ledger.sealedAnew(wanted.letter, for: wanted.key.device, at: shift.now)
            return putUp(sealed, in: shift)
        }
        // The device has asked twice, and what it asks for is on its way.
        if sent.letter == sealed { return }
        town.keys.postpone(
            Keys.Wanted(letter: wanted.letter, key: PublicKey(of: wanted.key.device, known)),
            of: town.number(of: id))
    }
}
