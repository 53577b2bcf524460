import Experiments
import Testing

/// Each case draws what the reader of an error sees: the threshold, the place, the message and the hint.
@Suite("thresholds: what is wrong with them")
struct ThresholdErrorTests {
    private func expect(
        _ drawn: String, as use: Threshold.Use = .verdict, in names: ThresholdNames = names
    ) {
        let text = String(drawn.split(separator: "\n", omittingEmptySubsequences: false)[0])
        let error = #expect(throws: ThresholdError.self) { try Threshold(text, as: use, in: names) }
        guard let error else { return }
        let carets = String(repeating: "^", count: max(1, error.range.count))
        let place = String(repeating: " ", count: error.range.lowerBound) + carets
        #expect("\(text)\n\(place) \(error.message): \(error.hint ?? "-")" == drawn)
    }

    @Test(
        "errors point at the word, and say what would be right",
        arguments: [
            """

            ^ a threshold is missing: METRIC [STAT] OP VALUE, as in 'delivery p99 < 10s'
            """,
            """
            delivry p99 < 10s
            ^^^^^^^ unknown metric 'delivry': did you mean 'delivery'? `hubbub explain --metrics sender-service` lists all
            """,
            """
            xyzzy p99 < 10s
            ^^^^^ unknown metric 'xyzzy': `hubbub explain --metrics sender-service` lists all
            """,
            """
            Delivery p99 < 10s
            ^^^^^^^^ unknown metric 'Delivery': did you mean 'delivery'? `hubbub explain --metrics sender-service` lists all
            """,
            """
            lag max < 200k
            ^^^ 'lag' is a metric of a role: name the role, as in 'chat-host.lag'
            """,
            """
            utilisation max < 80%
            ^^^^^^^^^^^ 'utilisation' is a metric of a role: name the role, as in 'chat-host.utilisation'
            """,
            """
            recipent-log.lag max < 200k
            ^^^^^^^^^^^^ unknown role 'recipent-log': did you mean 'recipient-log'?
            """,
            """
            nobody.lag max < 200k
            ^^^^^^ unknown role 'nobody': the design's roles are chat-host and recipient-log
            """,
            """
            recipient-log.lagg max < 200k
                          ^^^^ unknown metric 'lagg' of role 'recipient-log': did you mean 'lag'?
            """,
            """
            recipient-log.p99 max < 200k
                          ^^^ unknown metric 'p99' of role 'recipient-log': a role has utilisation, queue, lag, bytes, sending, receiving, connections, disk, disk-queue, storage and memory
            """,
            """
            delivery.some p99 < 1s
            ^^^^^^^^^^^^^ unknown metric 'delivery.some': did you mean 'delivery.all'? `hubbub explain --metrics sender-service` lists all
            """,
            """
            99 < 10s
            ^^ unknown metric '99': `hubbub explain --metrics sender-service` lists all
            """,
            """
            < 10s
            ^ a metric is missing before '<': METRIC [STAT] OP VALUE, as in 'delivery p99 < 10s'
            """,
            """
            delivery
                    ^ 'delivery' needs a statistic: p0…p100, min, max, mean, count, rate and ratio, as in 'delivery p99'
            """,
            """
            delivery < 10s
                     ^ 'delivery' needs a statistic: p0…p100, min, max, mean, count, rate and ratio, as in 'delivery p99'
            """,
            """
            delivery p99
                        ^ the operator after 'p99' is missing: one of <, <=, >, >=, == and !=
            """,
            """
            delivery p99.99999 < 10s
                     ^^^^^^^^^ unknown statistic 'p99.99999': percentiles go from p0 to p100, with at most four decimals
            """,
            """
            delivery p101 < 10s
                     ^^^^ unknown statistic 'p101': percentiles go from p0 to p100, with at most four decimals
            """,
            """
            delivery p < 10s
                     ^ unknown statistic 'p': 'delivery' has p0…p100, min, max, mean, count, rate and ratio
            """,
            """
            delivery p-1 < 10s
                     ^^^ unknown statistic 'p-1': 'delivery' has p0…p100, min, max, mean, count, rate and ratio
            """,
            """
            delivery p99% < 10s
                     ^^^^ unknown statistic 'p99%': percentiles go from p0 to p100, with at most four decimals
            """,
            """
            delivery maximum < 10s
                     ^^^^^^^ unknown statistic 'maximum': 'delivery' has p0…p100, min, max, mean, count, rate and ratio
            """,
            """
            delivery avg < 10s
                     ^^^ unknown statistic 'avg': 'delivery' has p0…p100, min, max, mean, count, rate and ratio
            """,
            """
            delivery sum < 10s
                     ^^^ 'delivery' has no sum: it has p0…p100, min, max, mean, count, rate and ratio
            """,
            """
            delivery last < 10s
                     ^^^^ 'delivery' has no last: it has p0…p100, min, max, mean, count, rate and ratio
            """,
            """
            duplicate < 3
                      ^ 'duplicate' needs a statistic: count and rate, as in 'duplicate count'
            """,
            """
            duplicate max < 3
                      ^^^ 'duplicate' has no max: it has count and rate
            """,
            """
            duplicate p99 < 3
                      ^^^ 'duplicate' has no p99: it has count and rate
            """,
            """
            availability p99 >= 99%
                         ^^^ 'availability' is one number and takes no statistic: leave 'p99' out
            """,
            """
            availability ratio >= 99%
                         ^^^^^ 'availability' is one number and takes no statistic: leave 'ratio' out
            """,
            """
            recovery max < 90s after split
                     ^^^ 'recovery' is one number and takes no statistic: leave 'max' out
            """,
            """
            recipient-log.lag < 200k
                              ^ 'recipient-log.lag' needs a statistic: min, max, mean and last, as in 'recipient-log.lag min'
            """,
            """
            recipient-log.lag p99 < 200k
                              ^^^ 'recipient-log.lag' has no p99: it has min, max, mean and last
            """,
            """
            chat-host.bytes max < 1MB
                            ^^^ 'chat-host.bytes' has no max: it has sum and rate
            """,
            """
            delivery p99 = 10s
                         ^ unknown operator '=': did you mean '=='?
            """,
            """
            delivery p99 =< 10s
                         ^^ unknown operator '=<': did you mean '<='?
            """,
            """
            delivery p99 <> 10s
                         ^^ unknown operator '<>': did you mean '!='?
            """,
            """
            delivery p99 << 10s
                         ^^ unknown operator '<<': one of <, <=, >, >=, == and !=
            """,
            """
            delivery p99 under 10s
                         ^^^^^ 'under' stands where an operator belongs: one of <, <=, >, >=, == and !=
            """,
            """
            delivery p99 <
                          ^ the limit is missing: METRIC [STAT] OP VALUE, as in 'delivery p99 < 10s'
            """,
            """
            delivery p99 < 10
                           ^^ '10' has no unit: a time is written with ns, us, ms, s, m or h, as in '10s' or '150us'
            """,
            """
            delivery p99 < 10 s
                           ^^ '10' has no unit: write number and unit as one word, '10s'
            """,
            """
            delivery p99 < 10sec
                           ^^^^^ 'sec' is no unit of a time: write ns, us, ms, s, m or h, as in '10s' or '150us'
            """,
            """
            delivery p99 < 10S
                           ^^^ 'S' is no unit of a time: write ns, us, ms, s, m or h, as in '10s' or '150us'
            """,
            """
            delivery p99 < 10%
                           ^^^ '%' is no unit of a time: write ns, us, ms, s, m or h, as in '10s' or '150us'
            """,
            """
            delivery p99 < ten
                           ^^^ 'ten' is no time: as in '10s' or '150us'
            """,
            """
            delivery p99 < -5s
                           ^^^ '-5s' is no time: as in '10s' or '150us'
            """,
            """
            delivery p99 < 1:30
                           ^^^^ ':' is no unit of a time: write ns, us, ms, s, m or h, as in '10s' or '150us'
            """,
            """
            delivery p99 < .5s
                           ^^^ '.5s' is no time: as in '10s' or '150us'
            """,
            """
            delivery p99 < 1.s
                           ^^^ '1.s' is no time: as in '10s' or '150us'
            """,
            """
            delivery p99 < 1.2.3s
                           ^^^^^^ '1.2.3s' is no time: as in '10s' or '150us'
            """,
            """
            delivery p99 < 30s1m
                           ^^^^^ the units of '30s1m' do not fall: as in '1h30m' or '1m30s'
            """,
            """
            delivery p99 < 1.5ns
                           ^^^^^ '1.5ns' is finer than a nanosecond: -
            """,
            """
            delivery p99 < 1s10
                           ^^^^ '1s10' has no unit: a time is written with ns, us, ms, s, m or h, as in '10s' or '150us'
            """,
            """
            delivery p99 < 1234567890123456789s
                           ^^^^^^^^^^^^^^^^^^^^ '1234567890123456789s' is too large a number: at most 18 digits, and 292 years
            """,
            """
            delivery p99 < 999999999999s
                           ^^^^^^^^^^^^^ '999999999999s' is too large a number: at most 18 digits, and 292 years
            """,
            """
            delivery p99 < 3000000h
                           ^^^^^^^^ '3000000h' is too large a number: at most 18 digits, and 292 years
            """,
            """
            availability >= 0.9999
                            ^^^^^^ '0.9999' has no unit: a share is written with %, as in '99.9%'
            """,
            """
            availability >= 99.99
                            ^^^^^ '99.99' has no unit: a share is written with %, as in '99.9%'
            """,
            """
            availability >= 100.1%
                            ^^^^^^ '100.1%' is more than all: a share is at most 100%
            """,
            """
            availability >= 99.99percent
                            ^^^^^^^^^^^^ 'percent' is no unit of a share: write %, as in '99.9%'
            """,
            """
            duplicate count == 0.5
                               ^^^ '0.5' is finer than one: -
            """,
            """
            duplicate count == 0s
                               ^^ 's' is no unit of a count: write k or M, as in '0' or '200k'
            """,
            """
            duplicate count == 1,000
                               ^^^^^ ',' is no unit of a count: write k or M, as in '0' or '200k'
            """,
            """
            delivery rate >= 100
                             ^^^ '100' is no rate: as in '100/s' or '1k/m'
            """,
            """
            delivery rate >= 100/d
                             ^^^^^ '100/d' is no rate: as in '100/s' or '1k/m'
            """,
            """
            delivery rate >= 1x/s
                             ^^^^ 'x' is no unit of a rate: write k or M, as in '100/s' or '1k/m'
            """,
            """
            chat-host.bytes rate < 10/s
                                   ^^^^ '10/s' has no unit: a data rate is written with B, KB, MB, GB, KiB, MiB or GiB, as in '10MB/s'
            """,
            """
            chat-host.bytes sum < 10
                                  ^^ '10' has no unit: a size is written with B, KB, MB, GB, KiB, MiB or GiB, as in '64MB'
            """,
            """
            chat-host.bytes sum < 10kb
                                  ^^^^ 'kb' is no unit of a size: write B, KB, MB, GB, KiB, MiB or GiB, as in '64MB'
            """,
            """
            chat-host.bytes sum < 0.5B
                                  ^^^^ '0.5B' is finer than a byte: -
            """,
            """
            delivery p99 < 10s split
                               ^^^^^ unexpected 'split': did you mean 'during split'?
            """,
            """
            delivery p99 < 10s usual
                               ^^^^^ unexpected 'usual': did you mean 'during usual'?
            """,
            """
            delivery p99 < 10s durin split
                               ^^^^^ unexpected 'durin': did you mean 'during'?
            """,
            """
            delivery p99 < 10s and more
                               ^^^ unexpected 'and': what may follow is during, before, after, except and where
            """,
            """
            delivery p99 < 10s during
                                     ^ 'during' needs the name of a phase or fault: the phases and faults are usual, rush, split and one-host-dies
            """,
            """
            delivery p99 < 10s during spilt
                                      ^^^^^ there is no phase or fault 'spilt': did you mean 'split'?
            """,
            """
            delivery p99 < 10s during nothing
                                      ^^^^^^^ there is no phase or fault 'nothing': the phases and faults are usual, rush, split and one-host-dies
            """,
            """
            delivery p99 < 10s during split during usual
                                            ^^^^^^ a threshold has one window: the order is [during|before|after NAME] [except NAME] [where TAG OP VALUE]
            """,
            """
            delivery p99 < 10s during split after usual
                                            ^^^^^ a threshold has one window: the order is [during|before|after NAME] [except NAME] [where TAG OP VALUE]
            """,
            """
            delivery p99 < 10s except split except usual
                                            ^^^^^^ a threshold has one 'except': the order is [during|before|after NAME] [except NAME] [where TAG OP VALUE]
            """,
            """
            delivery p99 < 10s except split during usual
                                            ^^^^^^ 'during' stands too far back: the order is [during|before|after NAME] [except NAME] [where TAG OP VALUE]
            """,
            """
            delivery p99 < 10s where kind == room during usual
                                                  ^^^^^^ 'during' stands too far back: the order is [during|before|after NAME] [except NAME] [where TAG OP VALUE]
            """,
            """
            delivery p99 < 10s except
                                     ^ 'except' needs the name of a phase or fault: the phases and faults are usual, rush, split and one-host-dies
            """,
            """
            recovery < 90s
                          ^ 'recovery' needs the phase or fault that it follows: as in 'recovery < 90s after split'
            """,
            """
            recovery < 90s during split
                           ^^^^^^ 'recovery' knows no 'during': only 'after' and the name of a phase or fault
            """,
            """
            recovery < 90s except split
                           ^^^^^^ 'recovery' knows no 'except': only 'after' and the name of a phase or fault
            """,
            """
            recovery < 90s after spilt
                                 ^^^^^ there is no phase or fault 'spilt': did you mean 'split'?
            """,
            """
            recovery < 90s after split except one-host-dies
                                       ^^^^^^ 'recovery' knows no 'except': only 'after' and the name of a phase or fault
            """,
            """
            recovery < 90s after
                                ^ 'after' needs the name of a phase or fault: the phases and faults are usual, rush, split and one-host-dies
            """,
            """
            delivery p99 < 10s where
                                    ^ 'where' needs a tag: as in 'where kind == room'
            """,
            """
            delivery p99 < 10s where regoin == eu
                                     ^^^^^^ unknown tag 'regoin': did you mean 'region'?
            """,
            """
            delivery p99 < 10s where colour == red
                                     ^^^^^^ unknown tag 'colour': the tags are region, access and kind
            """,
            """
            delivery p99 < 10s where region
                                           ^ the operator after 'region' is missing: one of <, <=, >, >=, == and !=
            """,
            """
            delivery p99 < 10s where region = eu
                                            ^ unknown operator '=': did you mean '=='?
            """,
            """
            delivery p99 < 10s where region < eu
                                            ^ tags are not ordered: use == or !=, as in 'where kind == room'
            """,
            """
            delivery p99 < 10s where region ==
                                              ^ the value of 'region' is missing: one of eu, us and asia
            """,
            """
            delivery p99 < 10s where region == mars
                                               ^^^^ there is no region 'mars': there is eu, us and asia
            """,
            """
            delivery p99 < 10s where region == asai
                                               ^^^^ there is no region 'asai': did you mean 'asia'?
            """,
            """
            delivery p99 < 10s where kind == rooms
                                             ^^^^^ there is no kind 'rooms': did you mean 'room'?
            """,
            """
            recovery < 90s after split where region == eu
                                       ^^^^^ 'recovery' knows no 'where': it is not about single letters
            """,
            """
            recipient-log.lag max < 200k where region == eu
                                         ^^^^^ 'recipient-log.lag' knows no 'where': it is not about single letters
            """,
            """
            delivery p99 < 10s where region == eu extra
                                                  ^^^^^ unexpected 'extra': what may follow is during, before, after, except and where
            """,
            """
            délivery p99 < 10s dürin split
            ^^^^^^^^ unknown metric 'délivery': did you mean 'delivery'? `hubbub explain --metrics sender-service` lists all
            """,
        ])
    func errors(drawn: String) { expect(drawn) }

    @Test("a run without faults, roles and regions says so")
    func poor() {
        let names = ThresholdNames(design: "single-server")
        expect(
            """
            delivery p99 < 1s during split
                                     ^^^^^ there is no phase or fault 'split': the scenario has no phases and faults
            """, in: names)
        expect(
            """
            recovery < 90s
                          ^ 'recovery' needs the phase or fault that it follows: as in 'recovery < 90s after NAME'
            """, in: names)
        expect(
            """
            lag max < 1
            ^^^ 'lag' is a metric of a role: name the role, as in 'ROLE.lag'
            """, in: names)
        expect(
            """
            delivery p99 < 1s where region == eu
                                              ^^ there is no region 'eu': there is none
            """, in: names)
    }

    @Test(
        "what is only known at the end cannot abort",
        arguments: [
            "delivery p99 > 10s", "duplicate count > 0", "duplicate count >= 1", "duplicate count != 1",
            "lost rate < 1/h", "catch-up p99 < 10s", "delivery mean < 1s",
            "availability >= 99%", "chat-host.queue mean < 3", "recovery < 1s after split",
            "delivery ratio > 1%",
        ])
    func aborting(text: String) throws {
        let measure = text.split(separator: " ").prefix { $0.first?.isNumber == false }
            .joined(separator: " ")
        expect(
            """
            \(text)
            \(String(repeating: "^", count: text.count)) '\(measure)' is only known at the end of the run: \
            a count, a maximum or a percentile with < or <= can abort, as in 'duplicate count == 0'
            """, as: .aborting)
    }

    @Test("what windows of health cannot be judged by")
    func expectations() {
        expect(
            """
            delivery p99 < 10s during split
            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ an expectation of 'healthy' has no window: it is judged in every window
            """, as: .expectation)
        for text in [
            "delivery mean < 10s", "delivery count > 5", "duplicate count == 0",
            "recipient-log.lag max < 200k",
        ] {
            let measure = text.split(separator: " ").prefix(2).joined(separator: " ")
            expect(
                """
                \(text)
                \(String(repeating: "^", count: text.count)) '\(measure)' says nothing of health: \
                health is judged by percentiles, min, max or ratio of times, and by availability
                """, as: .expectation)
        }
    }

    @Test(
        "whatever somebody types is an error or a threshold that prints itself",
        arguments: 0..<200 as Range<UInt64>)
    func fuzz(seed: UInt64) throws {
        var state = seed
        func draw(_ limit: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(limit))
        }
        let words = [
            "delivery", "p99", "<", "10s", "during", "split", "except", "usual", "where", "region", "==",
            "eu", "recovery",
            "after", "availability", ">=", "99.9%", "lost", "count", "0", "chat-host.lag", "max", "200k",
            "\u{301}", "é", ".", "%",
        ]
        for _ in 0..<50 {
            var text = ["delivery p99 < 10s during usual", "chat-host.lag max < 200k", "lost count == 0"][
                draw(3)]
            for _ in 0..<1 + draw(3) {
                var parts = text.split(separator: " ").map(String.init)
                let place = draw(max(1, parts.count))
                if draw(2) == 0 || parts.isEmpty {
                    parts.insert(words[draw(words.count)], at: min(place, parts.count))
                } else {
                    parts[place] = words[draw(words.count)]
                }
                text = parts.joined(separator: draw(9) == 0 ? "" : " ")
            }
            do throws(ThresholdError) {
                let read = try Threshold(text, in: names)
                #expect(try Threshold(read.description, in: names) == read)
            } catch {
                #expect(error.range.upperBound <= text.count)
                #expect(!error.message.isEmpty)
            }
        }
    }
}
