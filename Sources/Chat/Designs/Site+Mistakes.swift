import Vocabulary

/// What a design says of itself and has not made when it is built: to be asked then, not when a run comes to it.
extension Site {
    /// In words; none when all is well.
    package func mistakes(of sheet: DesignSheet, app: AppPlan) -> [String] {
        let parts = sheet.roles.flatMap(mistakes)
        // Who has made no parts has nobody to say the rest of.
        guard parts.isEmpty else { return parts }
        return sheet.roles.flatMap(faultsNotOffered) + credentials(sheet)
            + sheet.acts.filter { !acts.isOffered($0) }
            .map { "the sheet lists act \(quoted($0.name)), and `build` does not offer it" }
            + metersNotAsked(sheet) + app.routesAmiss
            + app.channels.indices.flatMap { doors.mistakes(of: $0, in: app, for: census.roster) }
    }

    private func mistakes(of role: RoleSheet) -> [String] {
        cluster.hasParts(role.name)
            ? [] : ["the sheet lists role \(quoted(role.name)), and `build` adds no part to it"]
    }

    private func faultsNotOffered(of role: RoleSheet) -> [String] {
        var mistakes = role.faults.filter { !partFaults.isOffered($0, of: role.name) }.map {
            "the sheet lists fault \(quoted($0)) of role \(quoted(role.name)), and `build` does not offer it"
        }
        if role.hasLag, lags[role.name] == nil {
            mistakes.append(
                "the sheet says that role \(quoted(role.name)) has a lag, and `build` does not say how it is read"
            )
        }
        return mistakes
    }

    private func credentials(_ sheet: DesignSheet) -> [String] {
        sheet.checksCredentials && !revocations.isOffered
            ? [
                "the sheet says that credentials are checked, and `build` does not say who hears that one is revoked"
            ]
            : []
    }

    /// A role that has no machine at first has nobody to ask for a meter.
    private func metersNotAsked(_ sheet: DesignSheet) -> [String] {
        meters.notAsked.filter { $0.role != RoleSheet.client.name && setups[$0.role]?.count ?? 0 > 0 }
            .map { "the sheet lists metric \(quoted($0.name)), and no part asks for its meter" }
    }
}

extension AppPlan {
    /// Those over channels that the app does not have.
    fileprivate var routesAmiss: [String] {
        let routes = [
            ("routes.letters", routes.letters), ("routes.confirmations", routes.confirmations),
            ("routes.changes", routes.changes), ("routes.questions", routes.questions),
            ("routes.files", routes.files), ("opening", opening ?? 0),
        ]
        let last = channels.count - 1
        return routes.filter { !channels.indices.contains($0.1) }.map { name, channel in
            "the app's \(name) is channel \(channel), and it has "
                + (last == 0 ? "channel 0 alone" : "channels 0 to \(last)")
        }
    }
}
