/// Every diagnostic that Caseload gives, with a code that never changes its meaning.
///
/// By hundred: 01 input, 02 data, 03 model, 04 effect, 05 workload, 06 audit, 07 output,
/// 08 usage, 09 tools.
public enum DiagnosticCode: String, Codable, Sendable, CaseIterable {
  case noSuchInput = "CL0101"
  case unreadableEncoding = "CL0102"
  case unsupportedFormat = "CL0103"
  case malformedTable = "CL0104"
  case malformedDescriptor = "CL0105"
  case unknownColumn = "CL0106"
  case emptyInput = "CL0107"
  case assumption = "CL0108"

  case notANumber = "CL0201"
  case negativeCount = "CL0202"
  case duplicatePeriod = "CL0203"
  case gap = "CL0204"
  case notAPeriod = "CL0205"
  case missingValues = "CL0206"
  case mixedFrequencies = "CL0207"
  case valueOutOfRange = "CL0208"
  case stockFlowMismatch = "CL0209"

  case seriesTooShort = "CL0301"
  case modelNotApplicable = "CL0302"
  case notIdentified = "CL0303"
  case rankDeficient = "CL0304"
  case formulaSyntax = "CL0305"
  case notConverged = "CL0306"
  case rowsLeftOut = "CL0307"
  case separation = "CL0308"
  case nonIntegerCounts = "CL0309"

  case interventionOutsideData = "CL0401"
  case tooFewPeriods = "CL0402"
  case noTreatedUnit = "CL0403"
  case noComparison = "CL0404"
  case unitLeftOut = "CL0405"
  case priorDecides = "CL0421"

  case notComputable = "CL0501"
  case illegalStaff = "CL0502"
  case unboundedBacklog = "CL0503"
  case missingWeight = "CL0504"
  case infeasiblePlan = "CL0505"
  case openingMismatch = "CL0506"
  case illegalProbability = "CL0507"
  case illegalRate = "CL0508"
  case malformedDefinition = "CL0509"

  case noFigures = "CL0601"
  case claimNotLinked = "CL0602"

  case cannotWrite = "CL0701"

  case unknownName = "CL0801"
  case illegalOption = "CL0802"
  case missingOption = "CL0803"

  case toolMissing = "CL0901"
  case toolFailed = "CL0902"

  /// The exit status of a command that ends with this error (sysexits).
  public var exitStatus: Int32 {
    switch self {
    case .noSuchInput: 66
    case .unknownName, .illegalOption, .missingOption, .formulaSyntax: 64
    case .cannotWrite: 73
    case .toolMissing, .toolFailed: 69
    default: 65
    }
  }

  /// What the code means and what to do, for `caseload explain`.
  public var explanation: Text {
    switch self {
    case .noSuchInput:
      Text(
        en: "The data named on the command line cannot be opened. Check the path and the "
          + "permission to read it; `-` reads standard input.",
        zh: "命令行所给的数据无法打开。请检查路径和读取权限；用 `-` 表示读取标准输入。")
    case .unreadableEncoding:
      Text(
        en: "The bytes are neither UTF-8 nor GB18030 (which includes GBK and GB2312). Save the "
          + "file as UTF-8, or name its encoding with --encoding.",
        zh: "文件字节既不是 UTF-8 也不是 GB18030（含 GBK、GB2312）。请另存为 UTF-8，或用 --encoding 指明编码。")
    case .unsupportedFormat:
      Text(
        en: "The file is of a kind that is not read. Save the sheet as CSV or TSV.",
        zh: "不支持读取此类文件。请将表格另存为 CSV 或 TSV。")
    case .malformedTable:
      Text(
        en: "A row has more or fewer cells than the header, a quotation mark is never closed, or "
          + "a column name occurs twice.",
        zh: "某行单元格数与表头不符、引号未闭合，或列名重复。")
    case .malformedDescriptor:
      Text(
        en: "datapackage.json is not a valid Frictionless Data Package (version 2), or its "
          + "`caseload` property names something that is not there.",
        zh: "datapackage.json 不是有效的 Frictionless Data Package（第 2 版），或其 `caseload` 属性所指不存在。")
    case .unknownColumn:
      Text(
        en: "The table has no column of that name. Names are case-sensitive; `caseload inspect` "
          + "lists them.",
        zh: "表中没有这一列。列名区分大小写；`caseload inspect` 可列出全部列名。")
    case .emptyInput:
      Text(
        en: "The table has a header but no rows, or nothing at all.", zh: "表格只有表头或完全为空。")
    case .assumption:
      Text(
        en: "What was assumed where the input did not say. --strict turns this note into an error.",
        zh: "输入未说明之处所作的假定。--strict 会把此类提示当作错误。")
    case .notANumber:
      Text(
        en: "A cell of a numeric column is not a number. Thousands separators, units and the "
          + "letter O for a zero are the usual causes. A missing value is an empty cell.",
        zh: "数值列中的单元格不是数字。常见原因：千位分隔符、单位、把 0 写成字母 O。缺失值请留空。")
    case .negativeCount:
      Text(
        en: "Cases, judges and other counts cannot be below zero. For a series that may be "
          + "negative, say --measure ratio.",
        zh: "案件数、法官数等计数不能小于零。若序列可为负值，请用 --measure ratio。")
    case .duplicatePeriod:
      Text(
        en: "A series has two values for one period. Remove one, or name the columns that tell "
          + "the series apart with --by.",
        zh: "同一序列同一时期有两个值。请删去一个，或用 --by 指明区分序列的列。")
    case .gap:
      Text(
        en: "Periods between the first and the last have no row. Add the rows (an empty cell "
          + "stands for a missing value), or say --gaps missing to treat them as missing.",
        zh: "首末时期之间缺少若干时期的行。请补上（空单元格表示缺失），或用 --gaps missing 按缺失处理。")
    case .notAPeriod:
      Text(
        en: "A cell of the period column is not a period. Periods are written 2019, 2019-H1, "
          + "2019-Q1, 2019-03, 2019-W05, 2019-03-01, 2019年3月, or as whole numbers.",
        zh: "时期列中的单元格不是时期。可写作 2019、2019-H1、2019-Q1、2019-03、2019-W05、2019-03-01、2019年3月或整数。")
    case .missingValues:
      Text(
        en: "The series has missing values, and this method needs all of them; or, as a note, "
          + "how many there are.",
        zh: "序列含缺失值而该方法要求完整数据；或作为提示，说明缺失个数。")
    case .mixedFrequencies:
      Text(
        en: "One column holds periods of different lengths, such as months and quarters. Split "
          + "them into files of their own.",
        zh: "同一列混有不同长度的时期（如月与季）。请分成不同文件。")
    case .valueOutOfRange:
      Text(
        en: "A value lies outside what its descriptor, or its kind, allows.",
        zh: "数值超出描述文件或其种类所允许的范围。")
    case .stockFlowMismatch:
      Text(
        en: "Pending cases do not roll forward: opening + filed − disposed differs from closing.",
        zh: "未结案件不能滚动相符：期初 + 新收 − 结案 ≠ 期末。")
    case .seriesTooShort:
      Text(
        en: "The series has fewer values than the method needs. Use a simpler one; `caseload "
          + "models` gives the least number for each.",
        zh: "序列长度不足以使用该方法。请换用更简单的方法；`caseload models` 列出各方法所需的最少观测数。")
    case .modelNotApplicable:
      Text(
        en: "The method cannot be used on data of this kind.", zh: "该方法不适用于此类数据。")
    case .notIdentified:
      Text(
        en: "What was asked cannot be determined from the data given; no number is reported.",
        zh: "所问之量不能由所给数据确定，故不报告数值。")
    case .rankDeficient:
      Text(
        en: "Some columns of the design are linear combinations of others, so their coefficients "
          + "are not determined. Leave the named columns out.",
        zh: "设计矩阵中某些列是其他列的线性组合，其系数无法确定。请去掉所列各列。")
    case .formulaSyntax:
      Text(
        en: "The formula does not parse; the message points at the character.",
        zh: "公式无法解析；提示指出出错的字符。")
    case .notConverged:
      Text(
        en: "An optimizer stopped before its tolerance was met; treat the estimates with care.",
        zh: "优化在达到容差之前停止，请谨慎对待估计值。")
    case .rowsLeftOut:
      Text(
        en: "Rows with a missing value in a variable of the formula were left out.",
        zh: "公式所用变量含缺失值的行被略去。")
    case .separation:
      Text(
        en: "Some observations can be fitted without limit, so that coefficients have no finite "
          + "estimate: a category in which every count is zero, or a variable that tells the "
          + "outcomes apart perfectly. The message names the observations and the terms.",
        zh: "部分观测可被无限地拟合，相应系数没有有限的估计值：如某类别的计数全为零，或某变量把结果完全分开。"
          + "提示给出有关的观测和项。")
    case .nonIntegerCounts:
      Text(
        en: "Counts that are not whole numbers have no likelihood in this family. Means are still "
          + "estimated; use a quasi family or robust standard errors.",
        zh: "计数不是整数时，该分布族没有相应的似然。均值仍可估计；请用拟似然分布族或稳健标准误。")
    case .interventionOutsideData:
      Text(
        en: "The intervention does not begin inside the data, so there is no before or no after.",
        zh: "干预起点不在数据范围内，没有“之前”或“之后”可比。")
    case .tooFewPeriods:
      Text(
        en: "Too few periods before or after the intervention for the number of parameters.",
        zh: "干预前或干预后的时期太少，不足以估计参数。")
    case .noComparison:
      Text(
        en: "The design sets treated units against others, and no untreated or later treated unit "
          + "is left in the periods that it needs. Add courts without the programme, or use a design "
          + "for one series (its, bsts).",
        zh: "该设计需要以其他单位为参照，但在所需时期内已没有未受干预或较晚受干预的单位。"
          + "请加入未实施该措施的法院，或改用单序列设计（its、bsts）。")
    case .unitLeftOut:
      Text(
        en: "A unit cannot contribute to the estimate: it is treated from its first period on, is "
          + "never observed before its treatment, or has no values. The estimate is for the others.",
        zh: "某单位无法参与估计：自首期起即受干预、干预前从未被观测，或没有任何数值。估计仅针对其余单位。")
    case .priorDecides:
      Text(
        en:
          "The sign of the effect, or whether its interval holds zero, changes with the prior of the "
          + "model within what the data before the start allow. The number given belongs to the prior "
          + "asked for; the check prior-sweep lists the others. Add comparison units or earlier periods.",
        zh: "在干预前数据所容许的范围内，效应的符号或区间是否含零随模型先验而变。所给数字仅对应所选先验，"
          + "其余见检查项 prior-sweep。请增加参照单位或更早的时期。")
    case .noTreatedUnit:
      Text(
        en: "No unit of the study receives the intervention inside the data.",
        zh: "数据范围内没有任何单位受到干预。")
    case .notComputable:
      Text(
        en: "A figure cannot be computed from what was supplied; the message names what is needed.",
        zh: "所给资料不足以计算该指标；提示说明还需要什么。")
    case .illegalStaff:
      Text(
        en: "A number of judges, servers or posts is zero, negative or not a number where there "
          + "must be at least one, or a change takes away more than are there.",
        zh: "法官、服务台或岗位数量为零、为负或不是数字，或减员多于现有人数。")
    case .unboundedBacklog:
      Text(
        en: "More cases arrive than can be handled: there is no steady state, and the backlog "
          + "grows without bound at the rate given. Add capacity, lower intake, or ask for a "
          + "projection over a finite time instead.",
        zh: "收案超过办案能力：不存在稳态，积案将以所示速度无限增长。请增加办案力量、减少收案，"
          + "或改求有限期内的推算。")
    case .missingWeight:
      Text(
        en: "A case type has no weight, or a weight has no case type. Name the case type in the "
          + "table of weights, or leave its cases out on purpose.",
        zh: "某案件类型没有权重，或某权重没有案件类型。请在权重表中补上该类型，或明确将其排除。")
    case .infeasiblePlan:
      Text(
        en: "No plan meets all constraints. The message names those that cannot hold together; "
          + "relax one of them.",
        zh: "没有方案能同时满足全部约束。消息中列出了互相冲突的约束，请放宽其中之一。")
    case .openingMismatch:
      Text(
        en: "The cases pending at the start are not those pending at the end of the period before. "
          + "Correct one of the two, or say which one counts.",
        zh: "期初未结数与上期期末未结数不一致。请更正其中之一，或说明以哪个为准。")
    case .illegalProbability:
      Text(
        en: "A probability or share lies outside 0 to 1, or shares do not add up to one.",
        zh: "概率或占比不在 0 到 1 之间，或各占比之和不为 1。")
    case .illegalRate:
      Text(
        en: "A rate, time or weight must be a finite number above zero (zero where it says so).",
        zh: "速率、时间或权重必须为大于零的有限数（注明可为零者除外）。")
    case .malformedDefinition:
      Text(
        en: "A file of definitions, weights or scenarios cannot be read: the message says which "
          + "entry, in which line, and what was expected there.",
        zh: "定义、权重或情景文件无法读取：消息说明哪一项、第几行以及应为何种内容。")
    case .noFigures:
      Text(
        en: "The dataset holds no register of published figures to audit.",
        zh: "数据集中没有可供核对的已发布数字登记表。")
    case .claimNotLinked:
      Text(
        en: "A claim in the register refers to figures that the register does not hold.",
        zh: "登记表中的某项表述所依据的数字不在表中。")
    case .cannotWrite:
      Text(
        en: "The output cannot be written; what was there before is unchanged.",
        zh: "无法写入输出；原有文件未被改动。")
    case .unknownName:
      Text(
        en: "There is no model, option, design or command of that name; the nearest is suggested.",
        zh: "没有该名称的模型、选项、设计或命令；提示给出最接近的名称。")
    case .illegalOption:
      Text(en: "The option has a value that it cannot take.", zh: "选项取值不合法。")
    case .missingOption:
      Text(en: "The command needs an option that was not given.", zh: "命令缺少必需的选项。")
    case .toolMissing:
      Text(
        en: "An external tool is not installed. `make setup` installs it; `caseload doctor` "
          + "shows what works without it.",
        zh: "缺少外部工具。`make setup` 可安装；`caseload doctor` 显示缺少它时哪些功能可用。")
    case .toolFailed:
      Text(en: "An external tool ended with an error.", zh: "外部工具出错退出。")
    }
  }
}
