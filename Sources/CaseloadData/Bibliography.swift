/// Every source that a method card cites, once.
public enum Bibliography {
  public static let golubVanLoan = Citation(
    key: "golub-van-loan-2013",
    text: "Golub, G. H. & Van Loan, C. F. (2013). Matrix Computations, 4th ed. Johns Hopkins.")
  public static let bjorck = Citation(
    key: "bjorck-1967",
    text: "Björck, Å. (1967). Iterative refinement of linear least squares solutions I. BIT 7, "
      + "257–278.", doi: "10.1007/BF01939321")
  public static let mackinnonWhite = Citation(
    key: "mackinnon-white-1985",
    text: "MacKinnon, J. G. & White, H. (1985). Some heteroskedasticity-consistent covariance "
      + "matrix estimators with improved finite sample properties. Journal of Econometrics 29, "
      + "305–325.", doi: "10.1016/0304-4076(85)90158-7")
  public static let neweyWest = Citation(
    key: "newey-west-1994",
    text: "Newey, W. K. & West, K. D. (1994). Automatic lag selection in covariance matrix "
      + "estimation. Review of Economic Studies 61, 631–653.", doi: "10.2307/2297912")
  public static let pattersonThompson = Citation(
    key: "patterson-thompson-1971",
    text: "Patterson, H. D. & Thompson, R. (1971). Recovery of inter-block information when block "
      + "sizes are unequal. Biometrika 58, 545–554.", doi: "10.1093/biomet/58.3.545")
  public static let kenwardRoger = Citation(
    key: "kenward-roger-1997",
    text: "Kenward, M. G. & Roger, J. H. (1997). Small sample inference for fixed effects from "
      + "restricted maximum likelihood. Biometrics 53, 983–997.", doi: "10.2307/2533558")
  public static let turner = Citation(
    key: "turner-2021",
    text: "Turner, S. L. et al. (2021). Evaluation of statistical methods used in the analysis of "
      + "interrupted time series studies: a simulation study. BMC Medical Research Methodology 21, "
      + "181.", doi: "10.1186/s12874-021-01364-0")
  public static let wagner = Citation(
    key: "wagner-2002",
    text: "Wagner, A. K. et al. (2002). Segmented regression analysis of interrupted time series "
      + "studies in medication use research. Journal of Clinical Pharmacy and Therapeutics 27, "
      + "299–309.", doi: "10.1046/j.1365-2710.2002.00430.x")
  public static let hyndmanAthanasopoulos = Citation(
    key: "hyndman-athanasopoulos-2021",
    text: "Hyndman, R. J. & Athanasopoulos, G. (2021). Forecasting: Principles and Practice, "
      + "3rd ed. OTexts.")
  public static let hyndmanKoehler = Citation(
    key: "hyndman-2008",
    text: "Hyndman, R. J., Koehler, A. B., Ord, J. K. & Snyder, R. D. (2008). Forecasting with "
      + "Exponential Smoothing: The State Space Approach. Springer.",
    doi: "10.1007/978-3-540-71918-2")
  public static let gardnerMcKenzie = Citation(
    key: "gardner-mckenzie-1985",
    text: "Gardner, E. S. & McKenzie, E. (1985). Forecasting trends in time series. Management "
      + "Science 31, 1237–1246.", doi: "10.1287/mnsc.31.10.1237")
  public static let assimakopoulosNikolopoulos = Citation(
    key: "assimakopoulos-nikolopoulos-2000",
    text: "Assimakopoulos, V. & Nikolopoulos, K. (2000). The theta model: a decomposition approach "
      + "to forecasting. International Journal of Forecasting 16, 521–530.",
    doi: "10.1016/S0169-2070(00)00066-2")
  public static let hyndmanBillah = Citation(
    key: "hyndman-billah-2003",
    text: "Hyndman, R. J. & Billah, B. (2003). Unmasking the Theta method. International Journal "
      + "of Forecasting 19, 287–290.", doi: "10.1016/S0169-2070(01)00143-1")
  public static let fiorucci = Citation(
    key: "fiorucci-2016",
    text: "Fiorucci, J. A., Pellegrini, T. R., Louzada, F., Petropoulos, F. & Koehler, A. B. "
      + "(2016). Models for optimising the theta method and their relationship to state space models. "
      + "International Journal of Forecasting 32, 1151–1161.",
    doi: "10.1016/j.ijforecast.2016.02.005")
  public static let svetunkovKourentzesOrd = Citation(
    key: "svetunkov-kourentzes-ord-2022",
    text: "Svetunkov, I., Kourentzes, N. & Ord, J. K. (2022). Complex exponential smoothing. Naval "
      + "Research Logistics 69, 1108–1123.", doi: "10.1002/nav.22074")
  public static let clevelandSTL = Citation(
    key: "cleveland-1990",
    text: "Cleveland, R. B., Cleveland, W. S., McRae, J. E. & Terpenning, I. (1990). STL: a "
      + "seasonal-trend decomposition procedure based on loess. Journal of Official Statistics 6, "
      + "3–73.")
  public static let bandaraMSTL = Citation(
    key: "bandara-2025",
    text: "Bandara, K., Hyndman, R. J. & Bergmeir, C. (2025). MSTL: a seasonal-trend decomposition "
      + "algorithm for time series with multiple seasonal patterns. International Journal of "
      + "Operational Research 52, 79–98.")
  public static let deLiveraTBATS = Citation(
    key: "de-livera-2011",
    text: "De Livera, A. M., Hyndman, R. J. & Snyder, R. D. (2011). Forecasting time series with "
      + "complex seasonal patterns using exponential smoothing. Journal of the American Statistical "
      + "Association 106, 1513–1527.", doi: "10.1198/jasa.2011.tm09771")
  public static let bergmeirBagging = Citation(
    key: "bergmeir-2016",
    text: "Bergmeir, C., Hyndman, R. J. & Benítez, J. M. (2016). Bagging exponential smoothing "
      + "methods using STL decomposition and Box–Cox transformation. International Journal of "
      + "Forecasting 32, 303–312.", doi: "10.1016/j.ijforecast.2015.07.002")
  public static let hyndmanKhandakar = Citation(
    key: "hyndman-khandakar-2008",
    text: "Hyndman, R. J. & Khandakar, Y. (2008). Automatic time series forecasting: the forecast "
      + "package for R. Journal of Statistical Software 27(3), 1–22.", doi: "10.18637/jss.v027.i03")
  public static let harvey = Citation(
    key: "harvey-1989",
    text: "Harvey, A. C. (1989). Forecasting, Structural Time Series Models and the Kalman Filter. "
      + "Cambridge University Press.")
  public static let gomezMaravallPena = Citation(
    key: "gomez-maravall-pena-1999",
    text:
      "Gómez, V., Maravall, A. & Peña, D. (1999). Missing observations in ARIMA models: skipping "
      + "approach versus additive outlier approach. Journal of Econometrics 88, 341–363.")
  public static let petropoulosSvetunkov = Citation(
    key: "petropoulos-svetunkov-2020",
    text: "Petropoulos, F. & Svetunkov, I. (2020). A simple combination of univariate models. "
      + "International Journal of Forecasting 36, 110–115.",
    doi: "10.1016/j.ijforecast.2019.01.006")
  public static let kolassa = Citation(
    key: "kolassa-2011",
    text: "Kolassa, S. (2011). Combining exponential smoothing forecasts using Akaike weights. "
      + "International Journal of Forecasting 27, 238–251.",
    doi: "10.1016/j.ijforecast.2010.04.006")
  public static let svetunkov = Citation(
    key: "svetunkov-2023",
    text:
      "Svetunkov, I. (2023). Forecasting and Analytics with the Augmented Dynamic Adaptive Model "
      + "(ADAM). Chapman & Hall/CRC.")
  public static let croston = Citation(
    key: "croston-1972",
    text: "Croston, J. D. (1972). Forecasting and stock control for intermittent demands. "
      + "Operational Research Quarterly 23, 289–303.", doi: "10.1057/jors.1972.50")
  public static let syntetosBoylan = Citation(
    key: "syntetos-boylan-2005",
    text: "Syntetos, A. A. & Boylan, J. E. (2005). The accuracy of intermittent demand estimates. "
      + "International Journal of Forecasting 21, 303–314.", doi: "10.1016/j.ijforecast.2004.10.001"
  )
  public static let teunter = Citation(
    key: "teunter-2011",
    text: "Teunter, R. H., Syntetos, A. A. & Babai, M. Z. (2011). Intermittent demand: linking "
      + "forecasting to inventory obsolescence. European Journal of Operational Research 214, "
      + "606–615.", doi: "10.1016/j.ejor.2011.05.018")
  public static let nikolopoulos = Citation(
    key: "nikolopoulos-2011",
    text: "Nikolopoulos, K., Syntetos, A. A., Boylan, J. E., Petropoulos, F. & Assimakopoulos, V. "
      + "(2011). An aggregate–disaggregate intermittent demand approach (ADIDA) to forecasting. "
      + "Journal of the Operational Research Society 62, 544–554.", doi: "10.1057/jors.2010.32")
  public static let petropoulosKourentzes = Citation(
    key: "petropoulos-kourentzes-2015",
    text: "Petropoulos, F. & Kourentzes, N. (2015). Forecast combinations for intermittent demand. "
      + "Journal of the Operational Research Society 66, 914–924.", doi: "10.1057/jors.2014.62")
  public static let hawaiiJudiciary = Citation(
    key: "hawaii-judiciary-2024",
    text: "Hawaiʻi State Judiciary (2024). Caseload Projection 2025–2030: weighted moving average "
      + "of filings.")
  public static let cepej = Citation(
    key: "cepej-2018",
    text: "European Commission for the Efficiency of Justice (2018). Revised SATURN guidelines for "
      + "judicial time management: clearance rate and disposition time.")
  public static let ncsc = Citation(
    key: "ncsc-weighted-caseload",
    text: "National Center for State Courts. Weighted caseload: need = Σ filings × weight / "
      + "judge-year value.")
  public static let brodersen = Citation(
    key: "brodersen-2015",
    text:
      "Brodersen, K. H., Gallusser, F., Koehler, J., Remy, N. & Scott, S. L. (2015). Inferring causal "
      + "impact using Bayesian structural time-series models. Annals of Applied Statistics 9, 247–274.",
    doi: "10.1214/14-AOAS788")
  public static let scottVarian = Citation(
    key: "scott-varian-2014",
    text:
      "Scott, S. L. & Varian, H. R. (2014). Predicting the present with Bayesian structural time "
      + "series. International Journal of Mathematical Modelling and Numerical Optimisation 5, 4–23.",
    doi: "10.1504/IJMMNO.2014.059942")
  public static let georgeMcCulloch = Citation(
    key: "george-mcculloch-1997",
    text: "George, E. I. & McCulloch, R. E. (1997). Approaches for Bayesian variable selection. "
      + "Statistica Sinica 7, 339–373.")
  public static let durbinKoopmanSimulation = Citation(
    key: "durbin-koopman-2002",
    text:
      "Durbin, J. & Koopman, S. J. (2002). A simple and efficient simulation smoother for state space "
      + "time series analysis. Biometrika 89, 603–616.", doi: "10.1093/biomet/89.3.603")
  public static let durbinKoopman = Citation(
    key: "durbin-koopman-2012",
    text:
      "Durbin, J. & Koopman, S. J. (2012). Time Series Analysis by State Space Methods, 2nd ed. "
      + "Oxford University Press.", doi: "10.1093/acprof:oso/9780199641178.001.0001")
  public static let koopmanShephard = Citation(
    key: "koopman-shephard-1992",
    text: "Koopman, S. J. & Shephard, N. (1992). Exact score for time series models in state space "
      + "form. Biometrika 79, 823–826.", doi: "10.1093/biomet/79.4.823")
  public static let borusyakJaravelSpiess = Citation(
    key: "borusyak-jaravel-spiess-2024",
    text: "Borusyak, K., Jaravel, X. & Spiess, J. (2024). Revisiting event-study designs: robust "
      + "and efficient estimation. Review of Economic Studies 91, 3253–3285.",
    doi: "10.1093/restud/rdae007")
  public static let wooldridgeNonlinear = Citation(
    key: "wooldridge-2023",
    text: "Wooldridge, J. M. (2023). Simple approaches to nonlinear difference-in-differences with "
      + "panel data. Econometrics Journal 26, C31–C66.", doi: "10.1093/ectj/utad016")
  public static let rothSantAnna = Citation(
    key: "roth-santanna-2023",
    text: "Roth, J. & Sant'Anna, P. H. C. (2023). Efficient estimation for staggered rollout "
      + "designs. Journal of Political Economy Microeconomics 1, 669–709.", doi: "10.1086/726581")
  public static let chaisemartinDHaultfoeuille2020 = Citation(
    key: "chaisemartin-dhaultfoeuille-2020",
    text: "de Chaisemartin, C. & D'Haultfœuille, X. (2020). Two-way fixed effects estimators with "
      + "heterogeneous treatment effects. American Economic Review 110, 2964–2996.",
    doi: "10.1257/aer.20181169")
  public static let chaisemartinDHaultfoeuille2024 = Citation(
    key: "chaisemartin-dhaultfoeuille-2024",
    text:
      "de Chaisemartin, C. & D'Haultfœuille, X. (2024). Difference-in-differences estimators of "
      + "intertemporal treatment effects. Review of Economics and Statistics.",
    doi: "10.1162/rest_a_01414")
  public static let schaeferStrimmer = Citation(
    key: "schaefer-strimmer-2005",
    text:
      "Schäfer, J. & Strimmer, K. (2005). A shrinkage approach to large-scale covariance matrix "
      + "estimation and implications for functional genomics. Statistical Applications in Genetics "
      + "and Molecular Biology 4(1), 32.", doi: "10.2202/1544-6115.1175")
  public static let saltelli = Citation(
    key: "saltelli-2010",
    text: "Saltelli, A., Annoni, P., Azzini, I., Campolongo, F., Ratto, M. & Tarantola, S. (2010). "
      + "Variance based sensitivity analysis of model output. Computer Physics Communications 181, "
      + "259–270.", doi: "10.1016/j.cpc.2009.09.018")
}
