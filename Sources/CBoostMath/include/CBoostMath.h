#pragma once

// Boost.Math behind a C interface. No function throws or sets errno: a value outside the domain
// gives NaN, an overflow gives infinity. `lower` is P(X <= x), `upper` is P(X > x), each computed
// by itself, so that neither tail is lost to 1 - cdf.

#ifdef __cplusplus
extern "C" {
#endif

#define CASELOAD_DISTRIBUTION_1(name)                        \
  double boost_##name##_density(double x, double a);         \
  double boost_##name##_lower(double x, double a);           \
  double boost_##name##_upper(double x, double a);           \
  double boost_##name##_quantile(double p, double a);        \
  double boost_##name##_upper_quantile(double q, double a);

#define CASELOAD_DISTRIBUTION_2(name)                                  \
  double boost_##name##_density(double x, double a, double b);         \
  double boost_##name##_lower(double x, double a, double b);           \
  double boost_##name##_upper(double x, double a, double b);           \
  double boost_##name##_quantile(double p, double a, double b);        \
  double boost_##name##_upper_quantile(double q, double a, double b);

CASELOAD_DISTRIBUTION_2(normal)             // mean, standard deviation
CASELOAD_DISTRIBUTION_1(student_t)          // degrees of freedom
CASELOAD_DISTRIBUTION_2(fisher_f)           // numerator and denominator degrees of freedom
CASELOAD_DISTRIBUTION_1(chi_squared)        // degrees of freedom
CASELOAD_DISTRIBUTION_1(poisson)            // mean
CASELOAD_DISTRIBUTION_2(negative_binomial)  // mean, size
CASELOAD_DISTRIBUTION_2(gamma)              // shape, scale
CASELOAD_DISTRIBUTION_2(beta)               // alpha, beta

double boost_log_gamma(double x);
double boost_digamma(double x);
double boost_trigamma(double x);
double boost_erf(double x);
double boost_erfc(double x);
double boost_regularized_beta(double a, double b, double x);
double boost_regularized_gamma_p(double a, double x);
double boost_regularized_gamma_q(double a, double x);

#ifdef __cplusplus
}
#endif
