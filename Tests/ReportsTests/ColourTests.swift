import Foundation
import Reports
import Testing

/// Whether colours can be told apart, and writing be read, by whoever looks: by the numbers.
@Suite("reports: colours")
struct ColourTests {
    private struct Colour {
        /// Linear light, 0 to 1.
        var red, green, blue: Double

        init(_ red: Double, _ green: Double, _ blue: Double) {
            (self.red, self.green, self.blue) = (red, green, blue)
        }

        init?(_ hex: Substring) {
            let digits = hex.count == 3 ? hex.map { "\($0)\($0)" }.joined() : String(hex)
            guard digits.count == 6, let number = Int(digits, radix: 16) else { return nil }
            func light(_ shift: Int) -> Double {
                let value = Double(number >> shift & 255) / 255
                return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
            }
            self.init(light(16), light(8), light(0))
        }

        var luminance: Double { 0.2126 * red + 0.7152 * green + 0.0722 * blue }

        /// As WCAG 2 has it: 1 to 21.
        func contrast(to other: Colour) -> Double {
            let (a, b) = (luminance + 0.05, other.luminance + 0.05)
            return max(a, b) / min(a, b)
        }

        /// As someone sees it who lacks one kind of cone: the matrices of Machado, Oliveira and Fernandes, 2009.
        func seen(_ m: [Double]) -> Colour {
            func clip(_ value: Double) -> Double { min(1, max(0, value)) }
            return Colour(
                clip(m[0] * red + m[1] * green + m[2] * blue), clip(m[3] * red + m[4] * green + m[5] * blue),
                clip(m[6] * red + m[7] * green + m[8] * blue))
        }

        /// CIE 1976 L*a*b*, in daylight (D65).
        private var lab: (l: Double, a: Double, b: Double) {
            func f(_ t: Double) -> Double { t > 0.008856 ? cbrt(t) : 7.787 * t + 16.0 / 116 }
            let x = f((0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505)
            let y = f(luminance)
            let z = f((0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089)
            return (116 * y - 16, 500 * (x - y), 200 * (y - z))
        }

        /// Two that differ by less than 2.3 look the same side by side.
        func difference(to other: Colour) -> Double {
            let (a, b) = (lab, other.lab)
            return ((a.l - b.l) * (a.l - b.l) + (a.a - b.a) * (a.a - b.a) + (a.b - b.b) * (a.b - b.b))
                .squareRoot()
        }
    }

    private static let eyes: [(name: String, matrix: [Double])] = [
        ("usual", [1, 0, 0, 0, 1, 0, 0, 0, 1]),
        (
            "without red cones",
            [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998]
        ),
        (
            "without green cones",
            [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.011820, 0.042940, 0.968881]
        ),
    ]

    /// By name, as the style sheet has them: in the light, and in the dark.
    private static let palettes: [(name: String, colours: [String: Colour])] = {
        let html = Page(of: MadeUp.quiet).html
        let parts = html.split(separator: ":root{").dropFirst().prefix(2)
        return zip(["light", "dark"], parts).map { name, part in
            let text = part.prefix { $0 != "}" }
            var colours: [String: Colour] = [:]  // looked up only, never iterated
            for match in text.matches(of: /--([a-z0-9]+):#([0-9a-f]+)/) {
                colours[String(match.1)] = Colour(match.2)
            }
            return (name, colours)
        }
    }()

    /// Lines lie beside each other, and a tenth of the difference between black and white tells them apart.
    @Test("lines of one chart can be told apart by all eyes", arguments: eyes.indices)
    func apart(eye: Int) throws {
        for (mode, colours) in Self.palettes {
            for names in [["p0", "p1", "p2", "p3", "control"], ["c0", "c1", "c2", "c3"], ["good", "bad"]] {
                for (place, one) in names.enumerated() {
                    for other in names[(place + 1)...] {
                        let (a, b) = (try #require(colours[one]), try #require(colours[other]))
                        let matrix = Self.eyes[eye].matrix
                        let difference = a.seen(matrix).difference(to: b.seen(matrix))
                        #expect(
                            difference > 10,
                            "\(mode), \(Self.eyes[eye].name): \(one) and \(other), \(difference)")
                    }
                }
            }
        }
    }

    /// WCAG 2 asks for 4.5 of small writing.
    @Test("writing stands out from what is behind it")
    func contrast() throws {
        for (mode, colours) in Self.palettes {
            for text in ["ink", "soft", "good", "bad", "unsure", "grave", "accent"] {
                for ground in ["paper", "card", "grid"] where ground != "grid" || text == "ink" {
                    let (a, b) = (try #require(colours[text]), try #require(colours[ground]))
                    #expect(a.contrast(to: b) >= 4.5, "\(mode): \(text) on \(ground), \(a.contrast(to: b))")
                }
            }
        }
    }
}
