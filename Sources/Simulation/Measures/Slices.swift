public import Vocabulary

/// A measure over time: a coarse histogram per slice of virtual time, in bounded memory however long the run.
///
/// All slices are equally wide. When a value comes from beyond the 720th, neighbours merge in pairs and the
/// width doubles, as often as needed:
///
///     [ 0s | 1s | 2s | 3s | ... | 719s ]              a value at 720 s
///     [ 0s      | 2s      | ... | 718s | 720s ]
///
/// So the width is the first one times the least power of two that the latest value needs, and a slice holds
/// the values of its time, exactly as if it had always been that wide. 720 slices of at most 4 KB are 2.9 MB.
public final class Slices {
    /// What each slice covers.
    public var width: Span { Span(nanoseconds: Int64(slice)) }

    private let limit: Int
    private var slice: UInt64  // ns
    private var histograms: [CoarseHistogram?] = []

    // The slice of the latest value, into which most values fall: without a division, and without counting
    // references, which takes longer than all the rest. `histograms` keeps it alive, or `none` at first.
    @exclusivity(unchecked) @usableFromInline var currentStart: UInt64 = 0  // ns
    @exclusivity(unchecked) @usableFromInline var currentWidth: UInt64 = 0  // ns
    @exclusivity(unchecked) @usableFromInline var current: Unmanaged<CoarseHistogram>
    private let none = CoarseHistogram()

    public convenience init(width: Span) { self.init(width: width, limit: 720) }

    package init(width: Span, limit: Int) {
        precondition(width > .zero, "a slice needs a width")
        precondition(limit >= 2, "fewer than two slices cannot merge in pairs")
        self.limit = limit
        slice = UInt64(width.nanoseconds)
        current = .passUnretained(none)
    }

    /// Counts `value`, `weight` times, in the slice of `time`.
    @inlinable
    public func record(_ value: UInt64, at time: Instant, count weight: UInt64 = 1) {
        guard weight > 0 else { return }
        // Wraps around for an earlier time, and is then wider than any slice.
        if time.nanoseconds &- currentStart >= currentWidth { select(time) }
        current._withUnsafeGuaranteedRef { $0.record(value, count: weight) }
    }

    /// How many slices there are, up to the last one that holds a value.
    public var count: Int { histograms.count }

    /// The values of one slice; nil when there are none.
    public subscript(index: Int) -> CoarseHistogram? { histograms[index] }

    /// When the slice begins.
    public func start(of index: Int) -> Instant { Instant(nanoseconds: UInt64(index) * slice) }

    @usableFromInline @inline(never)
    func select(_ time: Instant) {
        while time.nanoseconds / slice >= UInt64(limit) { mergePairs() }
        let index = Int(time.nanoseconds / slice)
        while histograms.count <= index { histograms.append(nil) }
        let histogram = histograms[index] ?? CoarseHistogram()
        histograms[index] = histogram
        current = .passUnretained(histogram)
        currentStart = UInt64(index) * slice
        currentWidth = index > 0 ? min(slice, 0 &- currentStart) : slice  // 2^64 ends the last slice of all
    }

    private func mergePairs() {
        histograms = stride(from: 0, to: histograms.count, by: 2).map { index in
            let second = index + 1 < histograms.count ? histograms[index + 1] : nil
            guard let first = histograms[index] else { return second }
            if let second { first.merge(second) }
            return first
        }
        slice *= 2
    }
}
