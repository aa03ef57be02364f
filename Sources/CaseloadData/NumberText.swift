/// Numbers as a person reads them. Result files carry full precision instead.
public enum NumberText {
  /// `x` with `decimals` decimals, rounded half away from zero; thousands are set off by commas
  /// in English and not in Chinese (GB/T 15835).
  public static func decimal(_ x: Double, _ decimals: Int = 0) -> Text {
    guard x.isFinite else { return Text("–") }
    let plain = plainDecimal(x, decimals)
    return abs(x) < 1e15 ? Text(en: grouped(plain), zh: plain) : Text(plain)
  }

  /// The rate `x` as a percentage: 0.2823 with two decimals is `28.23 %` and `28.23%`.
  public static func percent(_ x: Double, _ decimals: Int = 1) -> Text {
    let number = decimal(100 * x, decimals)
    return Text(en: number.en + " %", zh: number.zh + "%")
  }

  /// A p-value: three decimals, or "< 0.001".
  public static func pValue(_ p: Double) -> Text {
    p < 0.001 ? Text("< 0.001") : decimal(p, 3)
  }

  /// "p = 0.020", or "p < 0.001".
  public static func pStatement(_ p: Double) -> Text {
    let shown = pValue(p)
    func sentence(_ text: String) -> String { text.hasPrefix("<") ? "p \(text)" : "p = \(text)" }
    return Text(en: sentence(shown.en), zh: sentence(shown.zh))
  }

  /// A whole number of significant digits that suits an interval of this width.
  public static func decimals(forWidth width: Double) -> Int {
    guard width.isFinite, width > 0 else { return 0 }
    var decimals = 0
    var unit = 1.0
    // About a hundredth of the interval.
    while unit > width / 50, decimals < 4 {
      unit /= 10
      decimals += 1
    }
    return decimals
  }

  /// Digits with a point and a true minus sign, no grouping.
  static func plainDecimal(_ x: Double, _ decimals: Int) -> String {
    let magnitude = abs(x)
    guard magnitude < 1e15 else { return (x < 0 ? "−" : "") + "\(magnitude)" }
    let scale = (0..<decimals).reduce(1.0) { product, _ in product * 10 }
    var scaled = (magnitude * scale).rounded()
    // 1.005 and its like: the decimal that was meant lies just above the double.
    if ((magnitude * scale) - scaled) >= 0.5 - 1e-9 { scaled += 1 }
    var whole = (scaled / scale).rounded(.down)
    var fraction = scaled - whole * scale
    if scaled >= 0x1p53 {
      // The product has lost the decimals, the difference has not.
      whole = magnitude.rounded(.down)
      fraction = ((magnitude - whole) * scale).rounded()
    }
    var text = String(Int64(whole))
    if decimals > 0 {
      let digits = String(Int64(fraction))
      text += "." + String(repeating: "0", count: decimals - digits.count) + digits
    }
    return x < 0 && scaled > 0 ? "−" + text : text
  }

  private static func grouped(_ text: String) -> String {
    let sign = text.hasPrefix("−") ? "−" : ""
    let parts = text.dropFirst(sign.count).split(separator: ".", maxSplits: 1)
    var whole = String(parts.first ?? "")
    var groups: [String] = []
    while whole.count > 3 {
      groups.insert(String(whole.suffix(3)), at: 0)
      whole.removeLast(3)
    }
    groups.insert(whole, at: 0)
    return sign + groups.joined(separator: ",") + (parts.count > 1 ? "." + parts[1] : "")
  }
}

extension NumberText {
  /// The shortest text that reads back as `x`; empty for NaN.
  package static func plain(_ x: Double) -> String { x.isNaN ? "" : numberText(x) }
}

extension NumberText {
  /// `x` with `decimals` decimals, or as many significant digits where it is small.
  public static func significant(_ x: Double, _ decimals: Int) -> Text {
    guard x.isFinite else { return Text("–") }
    if x == 0 || decimals == 0 { return decimal(x, decimals) }
    if x == x.rounded(), abs(x) < 1e15 { return decimal(x, 0) }
    var needed = decimals
    var magnitude = abs(x)
    while magnitude < 0.1, needed < 12 {
      magnitude *= 10
      needed += 1
    }
    while magnitude >= 1000, needed > 1 {
      magnitude /= 10
      needed -= 1
    }
    return decimal(x, needed)
  }
}
