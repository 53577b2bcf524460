import Comparisons
import Testing

@Suite("comparisons: Student's t")
struct StudentTests {
    /// From the tables of Abramowitz and Stegun (26.10), to their last digit.
    @Test(
        "critical values are those of the tables",
        arguments: [
            (0.05, 1, 12.706), (0.05, 2, 4.303), (0.05, 4, 2.776), (0.05, 9, 2.262), (0.05, 30, 2.042),
            (0.01, 4, 4.604), (0.01, 5, 4.032), (0.001, 3, 12.924), (0.001, 4, 8.610), (0.05, 120, 1.980),
        ])
    func critical(level: Double, degreesOfFreedom: Int, value: Double) {
        let found = Student.critical(level: level, degreesOfFreedom: degreesOfFreedom)
        #expect((found - value).magnitude <= 0.0006, "\(found)")
    }

    /// One degree is Cauchy's distribution: |t| <= 1 in half of all cases.
    @Test("the probability within 1 is a half for one degree of freedom, and 1 for all of the line")
    func within() {
        #expect((Student.within(1, 1) - 0.5).magnitude < 1e-15)
        #expect((Student.within(1e9, 3) - 1).magnitude < 1e-12)
        #expect(Student.within(0, 4) == 0)
    }
}
