// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "Caseload",
  products: [
    .library(name: "Caseload", targets: ["Caseload"]),
    .library(name: "CaseloadIO", targets: ["CaseloadIO"]),
    .executable(name: "caseload", targets: ["caseload"]),
    .executable(name: "caseload-bench", targets: ["caseload-bench"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.0.0"),
  ],
  targets: [
    // Statistics below: no courts, no files, no clock.
    .systemLibrary(name: "CLAPACK", providers: [.apt(["libopenblas-dev", "liblapacke-dev"])]),
    .target(name: "CNumberText"),
    .target(name: "CBoostMath", linkerSettings: [.linkedLibrary("m")]),
    .target(name: "CaseloadMath", dependencies: ["CLAPACK", "CBoostMath"]),
    .target(
      name: "CaseloadData", dependencies: ["CaseloadMath", "CNumberText"],
      resources: [.embedInCode("Resources/china-workdays.csv")]),
    .target(name: "CaseloadRegression", dependencies: ["CaseloadData"]),
    .target(name: "CaseloadForecasting", dependencies: ["CaseloadData"]),
    .target(
      name: "CaseloadEffects", dependencies: ["CaseloadRegression", "CaseloadForecasting"]),

    // Courts above.
    .systemLibrary(name: "CClp", providers: [.apt(["coinor-libclp-dev"])]),
    .target(
      name: "CaseloadCourt",
      dependencies: ["CaseloadRegression", "CaseloadForecasting", "CClp"]),
    .target(
      name: "CaseloadReport", dependencies: ["CaseloadEffects", "CaseloadCourt"],
      resources: [
        .embedInCode("Resources/report-template.html"), .embedInCode("Resources/chart-theme.json"),
        .embedInCode("Resources/render-charts.py"), .embedInCode("Resources/report-filter.lua"),
      ]),
    .target(name: "Caseload", dependencies: ["CaseloadReport"]),

    // The world outside.
    .systemLibrary(name: "CLibCrypto", providers: [.apt(["libssl-dev"])]),
    .target(
      name: "CaseloadIO",
      dependencies: ["Caseload", "CLibCrypto", .product(name: "Yams", package: "Yams")],
      resources: [.embedInCode("Resources/indicators.yaml")]),
    .target(
      name: "CaseloadCLI",
      dependencies: [
        "CaseloadIO", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    .executableTarget(name: "caseload", dependencies: ["CaseloadCLI"]),
    .executableTarget(
      name: "caseload-bench",
      dependencies: [
        "CaseloadIO", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),

    .target(
      name: "CaseloadTestSupport", dependencies: ["CaseloadIO"],
      path: "Tests/CaseloadTestSupport"),
    .testTarget(
      name: "CaseloadMathTests", dependencies: ["CaseloadMath", "CaseloadTestSupport"]),
    .testTarget(
      name: "CaseloadDataTests", dependencies: ["CaseloadData", "CaseloadTestSupport"]),
    .testTarget(
      name: "CaseloadRegressionTests",
      dependencies: ["CaseloadRegression", "CaseloadIO", "CaseloadTestSupport"]),
    .testTarget(
      name: "CaseloadForecastingTests",
      dependencies: ["CaseloadForecasting", "CaseloadTestSupport"]),
    .testTarget(
      name: "CaseloadEffectsTests", dependencies: ["CaseloadEffects", "CaseloadTestSupport"]),
    .testTarget(
      name: "CaseloadCourtTests", dependencies: ["CaseloadCourt", "CaseloadTestSupport"]),
    .testTarget(
      name: "CaseloadReportTests", dependencies: ["CaseloadReport", "CaseloadTestSupport"]),
    .testTarget(name: "CaseloadIOTests", dependencies: ["CaseloadIO", "CaseloadTestSupport"]),
    .testTarget(name: "CaseloadCLITests", dependencies: ["CaseloadCLI", "CaseloadTestSupport"]),
  ],
  swiftLanguageModes: [.v6],
  cxxLanguageStandard: .cxx17
)
