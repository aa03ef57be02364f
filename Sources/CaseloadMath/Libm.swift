// CaseloadMath imports no Foundation; these are the C library's functions, for all its files.
#if canImport(Glibc)
  @_exported import func Glibc.asin
  @_exported import func Glibc.exp
  @_exported import func Glibc.expm1
  @_exported import func Glibc.log
  @_exported import func Glibc.log10
  @_exported import func Glibc.log1p
  @_exported import func Glibc.pow
  @_exported import func Glibc.sin
  @_exported import func Glibc.cos
#elseif canImport(Musl)
  @_exported import Musl
#endif
