import Vocabulary

/// What is wrong with a sheet itself: names that no file can write, two things of one name, defaults that no file
/// may set.
extension DesignSheet {
    /// In words, in the order of the sheet; none when all is well.
    package var mistakes: [String] {
        misnamed("the design", [name]) + roles.flatMap(\.mistakes)
            + doubled("roles", [RoleSheet.client.name] + roles.map(\.name))
            + metrics.flatMap(mistakes)
            + doubled("metrics", metrics.map(\.name))
            + misnamed("act", acts.map(\.name))
            + doubled("acts", ["at", "user", "device"] + (ActSheet.ofEveryDesign + acts).map(\.name))
            + misnamed("promise", promises.map { $0.promise.name })
            + doubled("promises", allPromises.map(\.name))
    }

    private func mistakes(in metric: MetricSheet) -> [String] {
        var mistakes = misnamed("metric", [metric.metric.name])
        if role(metric.role) == nil, metric.role != RoleSheet.client.name {
            mistakes.append("metric \(quoted(metric.name)) is of a role that the sheet does not list")
        }
        if Metric.all.contains(where: { $0.isPerRole && $0.name == metric.metric.name }) {
            mistakes.append(
                "every role has \(quoted(metric.metric.name)), so metric \(quoted(metric.name)) needs another name"
            )
        }
        return mistakes
    }
}

extension RoleSheet {
    fileprivate var mistakes: [String] {
        let keys = [countedAs] + (spare == nil ? [] : ["spare", "boot-time"]) + settings.knobs.map(\.name)
        var mistakes = misnamed("key", keys) + doubled("keys", keys) + settings.knobs.compactMap(\.mistake)
        if !range.contains(count) {
            mistakes.append(
                "\(countedAs) is \(count) by default, and may be \(range.lowerBound) to \(range.upperBound)")
        }
        if let partsKnob, !settings.knobs.contains(where: { $0.name == partsKnob }) {
            mistakes.append("its parts are counted by \(quoted(partsKnob)), and it has no such knob")
        }
        if mistakes.isEmpty,
            let conflict = conflict(settings.knobs.map { (name: $0.name, text: $0.usual) }, count)
        {
            mistakes.append("by its defaults, \(conflict.knob): \(conflict.message)")
        }
        return misnamed("role", [name]) + mistakes.map { "role \(quoted(name)): \($0)" }
    }
}

extension KnobDescription {
    fileprivate var mistake: String? {
        do throws(Misreading) {
            _ = try read(usual)
            return nil
        } catch {
            return "the default of \(quoted(name)): \(error.message)"
        }
    }
}

/// Those of the names that files cannot write.
private func misnamed(_ what: String, _ names: [String]) -> [String] {
    names.compactMap { name in
        do throws(Misreading) {
            _ = try Name(reading: name)
            return nil
        } catch {
            return "\(what): \(error.message)" + (error.remedy.map { "; \($0)" } ?? "")
        }
    }
}

/// Those that are there before.
private func doubled(_ what: String, _ names: [String]) -> [String] {
    names.enumerated().filter { names[..<$0].contains($1) }
        .map { "there are two \(what) \(quoted($1))" }
}
