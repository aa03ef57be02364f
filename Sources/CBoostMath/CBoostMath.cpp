#include "CBoostMath.h"

#include <boost/math/distributions/beta.hpp>
#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/fisher_f.hpp>
#include <boost/math/distributions/gamma.hpp>
#include <boost/math/distributions/negative_binomial.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/poisson.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <boost/math/special_functions/beta.hpp>
#include <boost/math/special_functions/digamma.hpp>
#include <boost/math/special_functions/erf.hpp>
#include <boost/math/special_functions/gamma.hpp>
#include <boost/math/special_functions/trigamma.hpp>
#include <limits>

namespace bm = boost::math;
namespace bp = boost::math::policies;

using Quiet = bp::policy<
    bp::domain_error<bp::ignore_error>, bp::pole_error<bp::ignore_error>,
    bp::overflow_error<bp::ignore_error>, bp::underflow_error<bp::ignore_error>,
    bp::denorm_error<bp::ignore_error>, bp::rounding_error<bp::ignore_error>,
    bp::evaluation_error<bp::ignore_error>, bp::indeterminate_result_error<bp::ignore_error>,
    bp::promote_double<false>, bp::discrete_quantile<bp::integer_round_up>>;

// An exception must never reach Swift: it would end the process.
template <class Body>
static double guarded(Body body) noexcept {
  try {
    return body();
  } catch (...) {
    return std::numeric_limits<double>::quiet_NaN();
  }
}

#define GUARDED(expression) return guarded([&]() -> double { return expression; })

#define DEFINE_1(name, type)                                                                     \
  using type_##name = bm::type<double, Quiet>;                                                   \
  double boost_##name##_density(double x, double a) { GUARDED(bm::pdf(type_##name(a), x)); }     \
  double boost_##name##_lower(double x, double a) { GUARDED(bm::cdf(type_##name(a), x)); }       \
  double boost_##name##_upper(double x, double a) {                                              \
    GUARDED(bm::cdf(bm::complement(type_##name(a), x)));                                         \
  }                                                                                              \
  double boost_##name##_quantile(double p, double a) {                                           \
    GUARDED(bm::quantile(type_##name(a), p));                                                    \
  }                                                                                              \
  double boost_##name##_upper_quantile(double q, double a) {                                     \
    GUARDED(bm::quantile(bm::complement(type_##name(a), q)));                                    \
  }

#define DEFINE_2(name, type)                                                                     \
  using type_##name = bm::type<double, Quiet>;                                                   \
  double boost_##name##_density(double x, double a, double b) {                                  \
    GUARDED(bm::pdf(type_##name(a, b), x));                                                      \
  }                                                                                              \
  double boost_##name##_lower(double x, double a, double b) {                                    \
    GUARDED(bm::cdf(type_##name(a, b), x));                                                      \
  }                                                                                              \
  double boost_##name##_upper(double x, double a, double b) {                                    \
    GUARDED(bm::cdf(bm::complement(type_##name(a, b), x)));                                      \
  }                                                                                              \
  double boost_##name##_quantile(double p, double a, double b) {                                 \
    GUARDED(bm::quantile(type_##name(a, b), p));                                                 \
  }                                                                                              \
  double boost_##name##_upper_quantile(double q, double a, double b) {                           \
    GUARDED(bm::quantile(bm::complement(type_##name(a, b), q)));                                 \
  }

extern "C" {

DEFINE_2(normal, normal_distribution)
DEFINE_1(student_t, students_t_distribution)
DEFINE_2(fisher_f, fisher_f_distribution)
DEFINE_1(chi_squared, chi_squared_distribution)
DEFINE_1(poisson, poisson_distribution)
DEFINE_2(gamma, gamma_distribution)
DEFINE_2(beta, beta_distribution)

// By mean and size. With p = size / (size + mean) the tails are I_p(size, x + 1) and its complement;
// the incomplete beta function is given whichever of p and q = 1 - p is small, with all its digits.
static double success(double mean, double size) { return size / (size + mean); }
static double failure(double mean, double size) { return mean / (size + mean); }

double boost_negative_binomial_density(double x, double mean, double size) {
  if (size < mean) {
    GUARDED(success(mean, size) / (x + size) *
            bm::ibeta_derivative(size, x + 1, success(mean, size), Quiet()));
  }
  GUARDED(success(mean, size) / (x + size) *
          bm::ibeta_derivative(x + 1, size, failure(mean, size), Quiet()));
}
double boost_negative_binomial_lower(double x, double mean, double size) {
  if (size < mean) GUARDED(bm::ibeta(size, x + 1, success(mean, size), Quiet()));
  GUARDED(bm::ibetac(x + 1, size, failure(mean, size), Quiet()));
}
double boost_negative_binomial_upper(double x, double mean, double size) {
  if (size < mean) GUARDED(bm::ibetac(size, x + 1, success(mean, size), Quiet()));
  GUARDED(bm::ibeta(x + 1, size, failure(mean, size), Quiet()));
}
double boost_negative_binomial_quantile(double p, double mean, double size) {
  GUARDED(bm::quantile(
      bm::negative_binomial_distribution<double, Quiet>(size, success(mean, size)), p));
}
double boost_negative_binomial_upper_quantile(double q, double mean, double size) {
  GUARDED(bm::quantile(bm::complement(
      bm::negative_binomial_distribution<double, Quiet>(size, success(mean, size)), q)));
}

double boost_log_gamma(double x) { GUARDED(bm::lgamma(x, Quiet())); }
double boost_digamma(double x) { GUARDED(bm::digamma(x, Quiet())); }
double boost_trigamma(double x) { GUARDED(bm::trigamma(x, Quiet())); }
double boost_erf(double x) { GUARDED(bm::erf(x, Quiet())); }
double boost_erfc(double x) { GUARDED(bm::erfc(x, Quiet())); }
double boost_regularized_beta(double a, double b, double x) {
  GUARDED(bm::ibeta(a, b, x, Quiet()));
}
double boost_regularized_gamma_p(double a, double x) { GUARDED(bm::gamma_p(a, x, Quiet())); }
double boost_regularized_gamma_q(double a, double x) { GUARDED(bm::gamma_q(a, x, Quiet())); }

}  // extern "C"
