/// What can be measured of people's apps, all together. A design lists in its sheet what tells something of it.
extension MetricSheet {
    public static let sealedLetters = flow(
        "sealed-letters", of: RoleSheet.client, "letters that apps have sealed, those sealed anew among them")
    /// S0-35.
    public static let ciphertexts = flow(
        "ciphertexts", of: RoleSheet.client, "ciphertexts of bodies and group keys that apps have made")
    public static let sealedBytes = flow(
        "sealed-bytes", of: RoleSheet.client, "what sealed letters weigh, all their ciphertexts together",
        in: .bytes)
    /// S0-24.
    public static let resendsAsked = flow(
        "resends-asked", of: RoleSheet.client, "letters that a device could not open, and asked for anew")
    /// S0-42.
    public static let sendsSaved = flow(
        "sends-saved", of: RoleSheet.client,
        "letters that apps did not send, since their lists of blocks say that nobody would be shown them")
    /// S0-26.
    public static let deadLetters = flow(
        "dead-letters", of: RoleSheet.client, "blocks and their ends that no attempt brought into the system",
        in: .count, .smallerIsBetter)
    /// S0-27.
    public static let blockConflicts = flow(
        "block-conflicts", of: RoleSheet.client,
        "changes of blocks against one of another device, both unaware",
        in: .count, .smallerIsBetter)
    public static let unblocksForbidden = flow(
        "unblocks-forbidden", of: RoleSheet.client,
        "times that a person could not unblock somebody, since not all of their devices were in step",
        in: .count, .smallerIsBetter)
    public static let blocksMistaken = flow(
        "blocks-mistaken", of: RoleSheet.client,
        "times that all devices of a person came to agree about a block, and not on what the person did last",
        in: .count, .smallerIsBetter)
    public static let blockInconsistency = durations(
        "block-inconsistency", of: RoleSheet.client,
        "from when devices of one person differ about whether somebody is blocked until they do no more",
        plural: "inconsistencies of blocks")
    /// S0-32, S0-44.
    public static let search = durations(
        "search", of: RoleSheet.client,
        "from when a person searches their letters until the device has seen them all",
        plural: "searches")
    public static let storedBytes = level(
        "stored-bytes", of: RoleSheet.client, "bodies that devices hold", in: .bytes)
    public static let storedLetters = level(
        "stored-letters", of: RoleSheet.client,
        "letters that devices hold, each as often as there is one with it")
    /// S0-22.
    public static let historyBytes = flow(
        "history-bytes", of: RoleSheet.client, "letters of history that devices were sent", in: .bytes)
    public static let historyDownload = durations(
        "history-download", of: RoleSheet.client,
        "from when a device is new until it has its owner's history",
        plural: "downloads of history")
    /// S0-41.
    public static let upload = durations(
        "upload", of: RoleSheet.client,
        "from when a letter with a file is tapped until a file server has all of the file",
        plural: "uploads of files")
    public static let download = durations(
        "download", of: RoleSheet.client,
        "from when a letter with a file is shown until its device has all of the file",
        plural: "downloads of files")
    public static let filesWaiting = level(
        "files-waiting", of: RoleSheet.client,
        "files that devices have still to send or to fetch; those that a file server has lost stay")
    public static let filesLost = flow(
        "files-lost", of: RoleSheet.client,
        "files that a device was still to send or to fetch when it was lost",
        in: .count, .smallerIsBetter)
}

extension RoleSheet {
    /// People's devices, where a metric is of them all.
    static let client = RoleSheet("client", "People's devices")
}

/// Those that a design lists.
struct ClientMeters {
    let sealedLetters, ciphertexts, sealedBytes, resendsAsked: FlowMeter?
    let sendsSaved, deadLetters, blockConflicts, unblocksForbidden, blocksMistaken: FlowMeter?
    let historyBytes, filesLost: FlowMeter?
    let storedBytes, storedLetters, filesWaiting: LevelMeter?
    let blockInconsistency, search, historyDownload, upload, download: DurationMeter?

    init(_ meters: Meters) {
        sealedLetters = meters.flow(ofClients: .sealedLetters)
        ciphertexts = meters.flow(ofClients: .ciphertexts)
        sealedBytes = meters.flow(ofClients: .sealedBytes)
        resendsAsked = meters.flow(ofClients: .resendsAsked)
        sendsSaved = meters.flow(ofClients: .sendsSaved)
        deadLetters = meters.flow(ofClients: .deadLetters)
        blockConflicts = meters.flow(ofClients: .blockConflicts)
        unblocksForbidden = meters.flow(ofClients: .unblocksForbidden)
        blocksMistaken = meters.flow(ofClients: .blocksMistaken)
        historyBytes = meters.flow(ofClients: .historyBytes)
        filesLost = meters.flow(ofClients: .filesLost)
        storedBytes = meters.level(ofClients: .storedBytes)
        storedLetters = meters.level(ofClients: .storedLetters)
        filesWaiting = meters.level(ofClients: .filesWaiting)
        func durations(_ sheet: MetricSheet) -> DurationMeter? {
            meters.sheets.contains(sheet) ? meters.durations(sheet) : nil
        }
        blockInconsistency = durations(.blockInconsistency)
        search = durations(.search)
        historyDownload = durations(.historyDownload)
        upload = durations(.upload)
        download = durations(.download)
    }
}
