import Foundation

/// Making a method from the options that a person typed.
public enum MethodOptions {
  /// A method of `type` with `options` laid over its automatic choices.
  ///
  /// The options are the stored properties: their names come from a mirror of `init()`, and the
  /// values go through the method's own `Codable`.
  ///
  /// - Throws: ``DiagnosticCode/unknownName`` for an option that it does not have,
  ///   ``DiagnosticCode/illegalOption`` for a value that it cannot take.
  public static func make<M: Method>(_ type: M.Type, _ options: [String: String])
    throws(Diagnostic) -> M
  {
    let automatic = M()
    let allowed = Mirror(reflecting: automatic).children.compactMap(\.label)
    for name in options.keys.sorted() where !allowed.contains(name) {
      throw Diagnostic.unknownName(
        name, among: allowed,
        kind: Text(en: "option of \(M.card.id)", zh: " \(M.card.id) 的选项"))
    }
    guard !options.isEmpty else { return automatic }
    var merged: [String: JSON]
    do {
      merged = try JSONDecoder().decode([String: JSON].self, from: JSONEncoder().encode(automatic))
    } catch {
      merged = [:]
    }
    let plain = merged
    for (name, value) in options { merged[name] = JSON(typed: value) }
    do {
      return try JSONDecoder().decode(M.self, from: JSONEncoder().encode(merged))
    } catch {
      // An option whose text looks like a number may still be a word, and the other way round.
      func decoded(_ members: [String: JSON]) -> M? {
        (try? JSONEncoder().encode(members)).flatMap { try? JSONDecoder().decode(M.self, from: $0) }
      }
      for (name, value) in options {
        var alone = plain
        alone[name] = JSON(typed: value)
        if decoded(alone) == nil { merged[name] = .string(value) }
      }
      if let method = decoded(merged) { return method }
      let name = Self.culprit(type, options)
      let help = M.card.options.first { $0.name == name }?.help
      throw Diagnostic(
        .illegalOption, .error,
        Text(
          en: "The option \(name) of \(M.card.id) cannot be '\(options[name] ?? "")'.",
          zh: "\(M.card.id) 的选项 \(name) 不能取 '\(options[name] ?? "")'。"),
        hint: help)
    }
  }

  /// `method` with some of its options changed.
  ///
  /// - Parameters:
  ///   - method: what is changed.
  ///   - options: new values; those that the method does not have are left out.
  /// - Returns: `nil` where it has none of them, or a value is none that it can take.
  public static func changing<M: Method>(_ method: M, _ options: [String: JSON]) -> M? {
    guard let data = try? JSONEncoder().encode(method),
      var members = try? JSONDecoder().decode([String: JSON].self, from: data)
    else { return nil }
    let own = options.filter { members[$0.key] != nil }
    guard !own.isEmpty else { return nil }
    members.merge(own) { $1 }
    return (try? JSONEncoder().encode(members)).flatMap {
      try? JSONDecoder().decode(M.self, from: $0)
    }
  }

  /// The first option that fails by itself.
  private static func culprit<M: Method>(_ type: M.Type, _ options: [String: String]) -> String {
    let names = options.keys.sorted()
    for name in names.dropLast() {
      if (try? make(type, [name: options[name] ?? ""])) == nil { return name }
    }
    return names.last ?? ""
  }
}
