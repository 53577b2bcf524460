public import Results
import Vocabulary

/// A run as a trace that Perfetto and Chrome show: the slowest letters step by step, the faults, what roles
/// carried.
///
/// Of the letters only the slowest are in it: a trace of all would be larger than anything that could open
/// it.
public enum Trace {
    /// One JSON document.
    public static func text(of result: RunResult) -> String {
        var events: [JSON] = []
        add(process: 1, named: "slowest deliveries", to: &events)
        for (index, delivery) in result.slowest.enumerated() {
            let thread = UInt64(index + 1)
            let name = "\(delivery.letter): \(delivery.sender) → \(delivery.recipient)"
            add(thread: thread, of: 1, named: name, to: &events)
            for (before, step) in zip(delivery.path, delivery.path.dropFirst()) {
                events.append(
                    slice(step.stage, thread: thread, of: 1, from: before.time, to: step.time, at: step.place)
                )
            }
        }
        add(process: 2, named: "faults", to: &events)
        for (index, fault) in result.faults.enumerated() {
            let thread = UInt64(index + 1)
            add(thread: thread, of: 2, named: fault.name, to: &events)
            let end = fault.to ?? result.run.end
            events.append(
                slice(
                    "\(fault.name): \(fault.kind)", thread: thread, of: 2, from: fault.from, to: end,
                    at: fault.target))
        }
        var roles: [String] = []
        for gauge in result.gauges {
            if !roles.contains(gauge.role) {
                roles.append(gauge.role)
                let name = gauge.role.isEmpty ? "the whole system" : gauge.role
                add(process: UInt64(2 + roles.count), named: name, to: &events)
            }
            let process = UInt64(3 + roles.firstIndex(of: gauge.role)!)
            for (index, value) in gauge.values.enumerated() {
                guard let value else { continue }
                events.append(
                    .object([
                        ("ph", .string("C")), ("name", .string("\(gauge.metric), \(gauge.unit.rawValue)")),
                        ("pid", .integer(process)), ("ts", microseconds(.start + gauge.slice * Int64(index))),
                        ("args", .object([("value", .integer(value))])),
                    ]))
            }
        }
        return JSON.object([("displayTimeUnit", .string("ns")), ("traceEvents", .array(events))]).line
    }

    /// As a file that the viewers open as it is.
    public static func compressed(_ result: RunResult) -> [UInt8] { gzip(Array(text(of: result).utf8)) }

    private static func slice(
        _ name: String, thread: UInt64, of process: UInt64, from: Instant, to: Instant, at place: String
    ) -> JSON {
        .object([
            ("ph", .string("X")), ("name", .string(name)), ("pid", .integer(process)),
            ("tid", .integer(thread)),
            ("ts", microseconds(from)), ("dur", microseconds(.start + (to - from))),
            ("args", .object([("place", .string(place))])),
        ])
    }

    private static func add(process: UInt64, named name: String, to events: inout [JSON]) {
        events.append(
            .object([
                ("ph", .string("M")), ("name", .string("process_name")), ("pid", .integer(process)),
                ("args", .object([("name", .string(name))])),
            ]))
    }

    private static func add(thread: UInt64, of process: UInt64, named name: String, to events: inout [JSON]) {
        events.append(
            .object([
                ("ph", .string("M")), ("name", .string("thread_name")), ("pid", .integer(process)),
                ("tid", .integer(thread)), ("args", .object([("name", .string(name))])),
            ]))
    }

    /// What the format counts in; exact to the nanosecond for the first 104 days.
    private static func microseconds(_ time: Instant) -> JSON {
        let (whole, rest) = time.nanoseconds.quotientAndRemainder(dividingBy: 1_000)
        return rest == 0 ? .integer(whole) : .number(Double(time.nanoseconds) / 1_000)
    }
}
