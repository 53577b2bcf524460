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
}

extension RoleSheet {
    /// People's devices, where a metric is of them all.
    static let client = RoleSheet("client", "People's devices")
}

/// Those that a design lists.
struct ClientMeters {
    let sealedLetters, ciphertexts, sealedBytes, resendsAsked: FlowMeter?

    /// - Parameter meters: nil where nothing is measured.
    init(_ meters: Meters?) {
        sealedLetters = meters?.flow(ofClients: .sealedLetters)
        ciphertexts = meters?.flow(ofClients: .ciphertexts)
        sealedBytes = meters?.flow(ofClients: .sealedBytes)
        resendsAsked = meters?.flow(ofClients: .resendsAsked)
    }
}
