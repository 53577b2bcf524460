/// What messages over a lossy path took between two Linux kernels.
///
/// Linux 6.18 with its defaults, Reno, 250 Hz: 300 connections that stay open, a message each second on
/// average for 60 s, answered with 250 bytes; a constant delay each way, packets lost independently in both
/// directions. From the write to the last byte read; the programs add 0.2 to 0.4 ms, and a few at the top.
enum LinuxTable {
    struct Cell: Sendable {
        let name: String
        let delay: Int64  // ms, one way
        let loss: Double
        let bytes: Int64
        // In ms.
        let mean: Double
        let median: Double
        /// At the `shares`.
        let tail: [Double]
    }

    static let shares = [0.9, 0.95, 0.98, 0.99, 0.995, 0.999]

    /// What the programs of the measurement add at the 98th percentile where nothing is lost, and above it at least; in ms.
    static let programs = 4.0

    /// How many messages each cell has.
    static let messages = 17_924.0

    static let cells = [
        Cell(
            name: "25ms-1-4346", delay: 25, loss: 0.01, bytes: 4_346, mean: 33.8, median: 25.4,
            tail: [45.8, 76.1, 96.6, 168.7, 342.7, 405.1]),
        Cell(
            name: "5ms-1-4346", delay: 5, loss: 0.01, bytes: 4_346, mean: 8.0, median: 5.4,
            tail: [7.1, 15.9, 28.1, 41.6, 138.2, 235.5]),
        Cell(
            name: "100ms-1-4346", delay: 100, loss: 0.01, bytes: 4_346, mean: 129.5, median: 100.4,
            tail: [231.1, 300.8, 361.3, 527.8, 735.7, 907.5]),
        Cell(
            name: "25ms-0.2-4346", delay: 25, loss: 0.002, bytes: 4_346, mean: 27.2, median: 25.4,
            tail: [25.7, 26.1, 41.3, 75.7, 95.2, 383.6]),
        Cell(
            name: "25ms-3-4346", delay: 25, loss: 0.03, bytes: 4_346, mean: 51.1, median: 25.5,
            tail: [93.1, 126.1, 338.4, 387.5, 410.2, 535.3]),
        Cell(
            name: "25ms-1-346", delay: 25, loss: 0.01, bytes: 346, mean: 28.3, median: 25.3,
            tail: [25.7, 26.0, 30.8, 151.6, 284.0, 314.0]),
        Cell(
            name: "1ms-1-4346", delay: 1, loss: 0.01, bytes: 4_346, mean: 2.9, median: 1.4,
            tail: [3.6, 4.5, 11.7, 15.3, 23.1, 213.8]),
    ]
}
