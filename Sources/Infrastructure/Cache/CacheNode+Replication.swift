internal import Cluster
internal import Simulation
internal import Vocabulary

/// How far a primary is with one of its replicas.
struct ReplicaLink: Sendable {
    enum SyncState: Sendable { case none, waits, isFed }

    var phase = SyncState.none
    /// How much the replica has said that it has.
    var confirmed: Int64 = 0
    var heard = Instant.start
}

/// How far a replica is with its primary.
enum PrimaryLink: Sendable { case none, asked, isFed }

/// The file of what a node is told to be: the last record holds.
struct CacheConfig: FileRecord {
    /// Nil for a primary.
    let primary: Int?
    // In a cluster.
    let configEpoch: Int
    let epoch: Int
    let voteEpoch: Int
    /// `replicaof`, a name and a port; some numbers.
    var size: ByteCount { .bytes(64) }
}

/// Everything of a node, in a box that a message refers to.
public struct CacheSnapshotBox: Sendable {
    let snapshot: CacheSnapshot
}

/// What goes from a primary to its replicas, and back.
extension CacheNode {
    private var me: UInt16 { UInt16(seat.number) }
    private func copy(ofNode node: Int) -> Int { node - layout.nodes(of: shard).lowerBound }
    private func node(ofCopy copy: Int) -> Int { layout.nodes(of: shard).lowerBound + copy }

    static let frame = ByteCount.bytes(60)

    // MARK: As a primary

    func take(_ attachment: Attachment, in shift: Shift) {
        let node = Int(attachment.node)
        guard primary == nil, !isLoading else {
            return shift.post(.linkEnded(node: me), to: nodes[node], size: Self.frame)
        }
        let copy = copy(ofNode: node)
        shift.watchConnection(to: nodes[node], orElse: .linkEnded(node: attachment.node))
        links[copy].heard = shift.now
        links[copy].confirmed = attachment.end
        guard log.continues(attachment.history, from: attachment.end) else {
            links[copy].phase = .waits
            guard !isForkDue else { return }
            isForkDue = true
            _ = shift.arm(.fork, after: settings.disklessDelay)
            return
        }
        links[copy].phase = .isFed
        shift.post(.goOn(node: me, history: log.history), to: nodes[node], size: Self.frame)
        for number in log.firstItem(behind: attachment.end)..<log.numbers.upperBound
        where log[number].end <= sent {
            feed(log[number], toCopy: copy, in: shift)
        }
    }

    /// A child of the process has the memory as it is now: what it takes to make one, the core has paid.
    func sendEverything(in shift: Shift) {
        isForkDue = false
        guard primary == nil else { return }
        flush(in: shift)
        let box = CacheSnapshotBox(
            snapshot: CacheSnapshot(store: store, history: log.history, end: log.end))
        for copy in links.indices where links[copy].phase == .waits {
            links[copy].phase = .isFed
            let contents = seat.pool(of: CacheSnapshotBox.self).write(box)
            shift.post(
                .snapshot(contents), to: nodes[node(ofCopy: copy)],
                size: min(store.used + Self.frame, .bytes(Int64(UInt32.max))))
        }
    }

    /// Sends what the replicas were not sent yet.
    func flush(in shift: Shift) {
        isFlushDue = false
        let from = sent
        sent = log.end
        guard from < sent, links.contains(where: { $0.phase == .isFed }) else { return }
        for number in log.firstItem(behind: from)..<log.numbers.upperBound {
            for copy in links.indices where links[copy].phase == .isFed {
                feed(log[number], toCopy: copy, in: shift)
            }
        }
    }

    private func feed(_ item: ReplicationLog.Item, toCopy copy: Int, in shift: Shift) {
        shift.post(
            .feed(item.request, history: log.history, end: item.end), to: nodes[node(ofCopy: copy)],
            size: item.request.size)
    }

    func confirm(_ node: UInt16, _ end: Int64, in shift: Shift) {
        let copy = copy(ofNode: Int(node))
        links[copy].heard = shift.now
        links[copy].confirmed = max(links[copy].confirmed, end)
    }

    func hasEnoughReplicas(at now: Instant) -> Bool {
        guard settings.minReplicas > 0 else { return true }
        let inStep = links.count { $0.phase == .isFed && now - $0.heard <= settings.minReplicasLag }
        return inStep >= settings.minReplicas
    }

    // MARK: As a replica

    func attach(in shift: Shift) {
        guard let primary else { return }
        link = .asked
        heard = shift.now
        let attachment = Attachment(node: me, history: log.history, end: log.end)
        shift.watchConnection(to: nodes[primary], orElse: .linkEnded(node: UInt16(primary)))
        shift.post(
            .attach(attachment), to: nodes[primary], size: Self.frame,
            orElse: .linkEnded(node: UInt16(primary)))
    }

    func goOn(_ node: UInt16, _ history: UInt64, in shift: Shift) {
        guard primary == Int(node) else { return }  // it follows another one by now
        log.goOn(in: history)
        heard = shift.now
        link = .isFed
    }

    /// What it had is replaced.
    func load(_ contents: Contents<CacheSnapshotBox>, in shift: Shift) {
        let snapshot = contents[0].snapshot
        contents.letGo()
        guard primary != nil, link != .none else { return }
        store = snapshot.store
        log.restart(snapshot.history, at: snapshot.end)
        sent = log.end
        heard = shift.now
        link = .isFed
        if file != nil { _ = shift.arm(.rewrite(.begins), after: .zero) }
        confirm(in: shift)
    }

    func follow(_ request: CacheRequest, _ history: UInt64, _ end: Int64, in shift: Shift) {
        guard primary != nil, link == .isFed, history == log.history else { return }
        heard = shift.now
        guard end > log.end else { return }  // it had it from the backlog
        guard end - request.size.bytes == log.end else { return attach(in: shift) }
        _ = store.carryOut(request.command, on: request.key, at: shift.localTime, writing: pairs)
        log.append(request)
        sent = log.end
        write(request, in: shift)
    }

    private func confirm(in shift: Shift) {
        guard let primary, link == .isFed else { return }
        shift.post(.confirm(node: me, end: log.end), to: nodes[primary], size: Self.frame)
    }

    // MARK: Both

    func linkEnded(_ node: Int, in shift: Shift) {
        if node == primary {
            let wasFed = link == .isFed
            if wasFed { linkLostAt = shift.now }
            link = .none
            // Once at once; then once a second.
            if wasFed { attach(in: shift) }
        } else if primary == nil, layout.nodes(of: shard).contains(node) {
            links[copy(ofNode: node)].phase = .none
        }
    }

    /// Once a second.
    func lookAtReplication(in shift: Shift) {
        if primary != nil {
            if link != .none, shift.now - heard > settings.replicationTimeout {
                if link == .isFed { linkLostAt = shift.now }
                link = .none
            }
            if link == .none { attach(in: shift) } else { confirm(in: shift) }
            return
        }
        let pingEvery = max(1, Int(settings.replicationPing.nanoseconds / 1_000_000_000))
        for copy in links.indices where links[copy].phase != .none {
            if shift.now - links[copy].heard > settings.replicationTimeout, links[copy].phase == .isFed {
                links[copy].phase = .none
            } else if ticks / 10 % pingEvery == 0 || links[copy].phase == .waits {
                shift.post(.primaryIsThere(node: me), to: nodes[node(ofCopy: copy)], size: Self.frame)
            }
        }
    }

    // MARK: What it is told to be

    func promote(in shift: Shift) {
        guard primary != nil else { return }
        primary = nil
        link = .none
        log.begin(random.next() | 1)
        sent = log.end
        for copy in links.indices { links[copy] = ReplicaLink() }
        saveConfig(in: shift)
    }

    func follow(_ node: Int, in shift: Shift) {
        guard primary != node else { return }
        primary = node
        link = .none
        linkLostAt = shift.now
        for copy in links.indices { links[copy].phase = .none }
        saveConfig(in: shift)
        attach(in: shift)
    }

    func saveConfig(in shift: Shift) {
        shift.append(
            CacheConfig(
                primary: primary, configEpoch: view?.owners[shard].epoch ?? 0, epoch: view?.epoch ?? 0,
                voteEpoch: view?.voteEpoch ?? 0), to: config)
        shift.sync(config, then: .saved, orElse: .saved)
        let last = config.numbers.upperBound - 1
        if last > config.numbers.lowerBound + 8 { shift.trim(config, to: last - 8) }
    }
}
