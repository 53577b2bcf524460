/// What `sender-service` should come to at rest, from the rows of the calibration alone: the convolution of all
/// that a letter to one other person goes through. It shares no code with the simulation; a test sets the two beside
/// each other (S0-8).
///
///     swift run delivery-convolution
///     p50 … ms
///     p99 … ms

/// One way between two machines of three zones: one in three stands in the same one. `net.rtt.sameZone`, 0.25 ms
/// and p99 1 ms; `net.rtt.crossZone`, 0.8 ms and p99 2.5 ms.
let hop = Distribution.mixture([
    (1, .lognormal(median: 0.125, p99: 0.5)), (2, .lognormal(median: 0.4, p99: 1.25)),
])
/// `service.cpuPerRequest`, 200 us, of a stateless service.
let service = Distribution(0.2)
/// There, done, and back.
let ask = hop + service + hop
/// `gateway.addedLatency`, 0.5 ms and p99 2.7 ms.
let gateway = Distribution.lognormal(median: 0.5, p99: 2.7)
/// `log.linger`, 5 ms: the first of a batch waits for all of it, at this load most are the first.
let linger = Distribution.mixture([(2, Distribution(5)), (1, .uniform(upTo: 5))])
/// `log.produce.acksAll`, 4 ms and p99 20 ms; consumers see a record when its producer hears of it, and hold a
/// fetch open (`log.consumer.fetchWait`), so that they have it a hop later.
let recordLog = linger + .lognormal(median: 4, p99: 20) + hop
/// `host.cpuPerMessage`, 20 us.
let host = Distribution(0.02)

// The way: phone, gateway, new-message service, message log, generator, recipient log, message-sending service, which
// asks connection service and host assigner, and the chat host.
let up = Access.anybody { $0.time(at: $0.up) }
let inside =
    gateway + hop + service + hop + recordLog + service + hop + recordLog + service + ask + ask + hop + host

// Down to a person with 1.3 devices on average (`user.devices`), as 75 % with one, 20 % with two and 5 % with three:
// the earliest one counts, and all come by the same kind of network.
let down = Access.anybody { access in
    let one = access.time(at: access.down)
    return .mixture([(0.75, one), (0.2, one.earlier(one)), (0.05, one.earlier(one).earlier(one))])
}

let delivery = up + inside + down
print("p50 \(rounded(delivery.percentile(0.5))) ms")
print("p99 \(rounded(delivery.percentile(0.99))) ms")

func rounded(_ milliseconds: Double) -> Double { (milliseconds * 10).rounded() / 10 }
