extension Elementary {
    /// ln Γ(x) for positive x: ln (x − 1)! where x is whole.
    ///
    /// Stirling's series, whose seventh term is below 10⁻¹⁵ from 10 on; smaller arguments are moved there by
    /// Γ(x) = Γ(x + 1)/x. The error is about 10⁻¹⁵ of the terms that make the sum up, not of a
    /// sum near zero.
    package static func logGamma(_ x: Double) -> Double {
        var z = x
        var product = 1.0
        while z < 10 {
            product *= z
            z += 1
        }
        let inverse = 1 / z
        let square = inverse * inverse
        let lower = 1.0 / 12 - square * (1.0 / 360 - square * (1.0 / 1260 - square * (1.0 / 1680)))
        let upper = 1.0 / 1188 - square * (691.0 / 360360 - square * (1.0 / 156))
        let series = inverse * (lower + square * square * square * square * upper)
        let halfLogTwoPi = 0x1.d67f1c864beb5p-1
        return (z - 0.5) * log(z) - z + halfLogTwoPi + series - log(product)
    }
}
