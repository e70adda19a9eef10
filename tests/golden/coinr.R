# Results of the R package COINr 1.1.14 on its own example data (ASEM), as CSV files: what
# `tests/all/golden` compares with. The files are third-party data and no part of this repository.
# README.md beside this file says which commit of COINr, and what of this script has been run.
#
#     Rscript tests/golden/coinr.R OUT [FIGURES]
#
# OUT is the folder to write: `asem/`, `panel/` and `vectors.csv`. FIGURES is such a folder from an
# earlier run. What was once drawn at random, or chosen, cannot be made again and is read there:
#
#   asem/weights_W1.csv              the second set of weights
#   asem/sens_weight_sets.csv        40 sets of weights with noise
#   asem/ua_sample.csv               the settings of the 100 runs of the uncertainty analysis
#   asem/sa_sample.csv               those of the 240 runs of the sensitivity analysis
#   panel/gaps_raw.csv               a part of the panel, with values removed
#   manifest.csv                     the list of the files, in words
#   asem/sobol_ishigami_design.csv   its points (columns row, u1, u2, u3)
#   vectors.csv                      its calls (columns id, fn, input, args, comment)
#
# The first six are copied unchanged. Of the last two only these columns are taken; the results
# beside them are computed. Without FIGURES all these files, and those computed from them, are left
# out, and a message says so.
#
# Format: comma, header, LF; 17 significant digits, so that a double survives; an empty cell is a
# missing value; `NaN`, `inf`, `-inf`; `true` and `false`. The order of the rows means nothing.

arguments <- commandArgs(trailingOnly = TRUE)
if (!length(arguments) %in% 1:2) stop("usage: Rscript tests/golden/coinr.R OUT [FIGURES]")
out <- arguments[1]
figures <- if (length(arguments) == 2) normalizePath(arguments[2], mustWork = TRUE)
for (folder in c("asem", "panel")) {
  dir.create(file.path(out, folder), recursive = TRUE, showWarnings = FALSE)
}
if (identical(normalizePath(out), figures)) stop("OUT must not be FIGURES")

library(COINr)
if (packageVersion("COINr") != "1.1.14") stop("COINr must be 1.1.14, is ", packageVersion("COINr"))

# What must be there at the end. ------------------------------------------------------------------

words <- function(text) scan(text = text, what = "", quiet = TRUE)
asem <- function(names) paste0("asem/", names, ".csv")
panel <- function(names) paste0("panel/", names, ".csv")

copied <- c(asem(words("weights_W1 sens_weight_sets ua_sample sa_sample")), panel("gaps_raw"),
            "manifest.csv")

computed_from_figures <- c(asem(words("
  agg_amean_W1 agg_gmean_W1 agg_hmean_W1 agg_mixed_levels_W1 agg_copeland_top_W1
  agg_amean_with_missing_W1 agg_gmean_with_missing_W1 outranking_pillars_W1 eff_weights_W1
  ua_scores_ranks ua_rankstats sa_scores_ranks sa_rankstats sa_target sa_indices
  sobol_ishigami_design sobol_ishigami_indices")),
  panel(words("impute_latest impute_constant impute_linear_constant")), "vectors.csv")

computed <- c(asem(words("
  imeta units raw
  pipeline_denominated pipeline_imputed pipeline_screened pipeline_treated pipeline_normalised
  pipeline_aggregated pipeline_ranks pipeline_group_ranks
  pipeline_screening availability_summary availability_by_group screen_na_zeros_force
  pipeline_treatment_details pipeline_treatment_values pipeline_treatment_points
  treat_default_details treat_default_values treat_default_points
  treat_winmax1_logCTplus_details treat_winmax1_logCTplus_values treat_winmax1_logCTplus_points
  norm_minmax_0_100 norm_minmax_1_100 norm_zscore_0_1 norm_rank norm_borda norm_prank norm_dist2max
  norm_dist2targ norm_goalposts norm_scaled norm_fracmax_positive norm_mixed
  agg_input_minmax_1_100 agg_amean_equal agg_gmean_equal agg_genmean_p2_equal
  agg_copeland_pillar_equal agg_amean_dat_thresh compare_amean_gmean
  impute_mean impute_median impute_mean_grp_EurAsia impute_median_grp_Pop impute_row_mean_pillar
  stats_raw corr_pearson_raw corr_pearson_indicator_pillar corr_spearman_pillar_index
  corr_kendall_physical corr_pvalues_physical corr_flags_high_0_7 corr_denominators_0_5
  cronbach pca_level1_by_pillar pca_level2_by_subindex eff_weights_equal opt_weights_level3_equal
  remove_level2 remove_level2_summary remove_level3 remove_level3_summary
  unit_summary_CHN strengths_weaknesses_CHN")),
  panel(words("
  raw pipeline_screening pipeline_treated pipeline_normalised_global pipeline_aggregated_global
  aggregated_per_year norm_zscore_global norm_zscore_per_year trend_cagr trend_prc_change")))

# Writing and reading. ----------------------------------------------------------------------------

written <- character()

as_text <- function(x, missing = "") {
  is_missing <- is.na(x)
  if (is.numeric(x)) {
    is_missing <- is_missing & !is.nan(x)
    text <- sub("Inf", "inf", sprintf("%.17g", x))
  } else {
    text <- if (is.logical(x)) tolower(x) else x
    quoted <- grepl("[\",\n]", text)
    text[quoted] <- paste0("\"", gsub("\"", "\"\"", text[quoted]), "\"")
  }
  text[is_missing] <- missing
  text
}

write_table <- function(file, table) {
  header <- paste(names(table), collapse = ",")
  rows <- do.call(paste, c(unname(lapply(table, as_text)), sep = ","))
  # Binary: a text connection would end lines with CR LF on some systems.
  connection <- file(file.path(out, file), "wb")
  on.exit(close(connection))
  writeLines(enc2utf8(c(header, rows)), connection, useBytes = TRUE)
  written <<- c(written, file)
}

# A wide table of COINr in long form: one row per unit (and time) and column, units fastest.
long <- function(wide, columns, code = "indicator") {
  table <- list(unit = rep(wide$uCode, length(columns)))
  if (!is.null(wide$Time)) table$time <- rep(wide$Time, length(columns))
  table[[code]] <- rep(columns, each = nrow(wide))
  c(table, list(value = unlist(wide[columns], use.names = FALSE)))
}

write_long <- function(file, wide, ...) write_table(file, long(wide, ...))

# Scores of indicators and aggregates, with their level.
write_scores <- function(file, wide, columns = aggregates) {
  table <- long(wide, columns, "code")
  level <- meta$Level[match(table$code, meta$iCode)]
  write_table(file, append(table, list(level = level), after = length(table) - 1))
}

write_matrix <- function(file, matrix, rows, columns, names) {
  table <- list(rep(rows, length(columns)), rep(columns, each = length(rows)), c(matrix))
  write_table(file, setNames(table, names))
}

# Columns of a table under other names: "new=old", or "name" for a name that stays.
pick <- function(table, columns) {
  columns <- words(columns)
  setNames(as.list(table)[sub(".*=", "", columns)], sub("=.*", "", columns))
}

read_figures <- function(file, ...) read.csv(file.path(figures, file), check.names = FALSE, ...)

# What everything else starts from. ---------------------------------------------------------------

meta <- ASEM_iMeta[ASEM_iMeta$Type %in% c("Indicator", "Aggregate"), ]

# Bounds that differ between indicators, to three digits: the 5th and the 95th percentile as
# goalposts, and for the scaling a range wider than that of the data.
bound <- function(of) sapply(meta$iCode, function(code) {
  if (code %in% names(ASEM_iData)) signif(of(ASEM_iData[[code]]), 3) else NA
})
meta$goalpost_lower <- bound(function(x) quantile(x, 0.05, na.rm = TRUE, names = FALSE))
meta$goalpost_upper <- bound(function(x) quantile(x, 0.95, na.rm = TRUE, names = FALSE))
meta$goalpost_scale <- 100
meta$goalpost_trunc2posts <- TRUE
meta$scaled_lower <- bound(function(x) 0.9 * min(x, na.rm = TRUE) - 1)
meta$scaled_upper <- bound(function(x) 1.1 * max(x, na.rm = TRUE) + 1)
meta$scale_factor <- 100
meta$dist2targ_cap_max <- FALSE

indicators <- meta[meta$Type == "Indicator", ]
codes <- indicators$iCode
aggregates <- meta$iCode[meta$Type == "Aggregate"]
pillars <- meta$iCode[meta$Level == 2]

raw_coin <- build_example_coin(up_to = "new_coin", quietly = TRUE)
full_coin <- build_example_coin(quietly = TRUE)

inputs <- function() {
  write_table("asem/imeta.csv", pick(meta, "
    code=iCode level=Level parent=Parent weight=Weight direction=Direction type=Type iName
    Denominator Target goalpost_lower goalpost_upper goalpost_scale goalpost_trunc2posts
    scaled_lower scaled_upper scale_factor dist2targ_cap_max"))
  write_table("asem/units.csv", pick(ASEM_iData, "
    uCode uName GDP_group GDPpc_group Pop_group EurAsia_group Area Energy GDP Population"))
  table <- long(get_dset(raw_coin, "Raw"), codes)
  table$direction <- indicators$Direction[match(table$indicator, codes)]
  write_table("asem/raw.csv", table)
}

# asem/: the example index, step by step. ---------------------------------------------------------

pipeline <- function() {
  for (step in words("Denominated Imputed Screened Treated Normalised")) {
    write_long(asem(paste0("pipeline_", tolower(step))), get_dset(full_coin, step), codes)
  }
  scores <- get_dset(full_coin, "Aggregated")
  write_scores("asem/pipeline_aggregated.csv", scores, meta$iCode)
  write_scores("asem/pipeline_ranks.csv", rank_df(scores), meta$iCode)

  grouped <- get_data(full_coin, dset = "Aggregated", also_get = "GDP_group")
  ranks <- rank_df(grouped[c("uCode", "GDP_group", aggregates)], use_group = "GDP_group")
  table <- long(ranks, aggregates, "code")
  table$group <- rep(ranks$GDP_group, length(aggregates))
  write_table("asem/pipeline_group_ranks.csv", pick(table, "unit group code rank=value"))
}

screening <- function() {
  availability <- "unit=uCode N_missing N_zero N_miss_or_zero Dat_Avail Non_Zero"
  decision <- paste(availability, "LowData LowNonZero LowDatOrZeroFlag Included")
  write_table("asem/pipeline_screening.csv",
              pick(full_coin$Analysis$Screened$DataSummary, decision))

  available <- get_data_avail(raw_coin, dset = "Raw", out2 = "list")
  write_table("asem/availability_summary.csv", pick(available$Summary, availability))
  write_scores("asem/availability_by_group.csv", available$ByGroup)

  forced <- Screen(raw_coin, dset = "Raw", unit_screen = "byNAandzeros", dat_thresh = 0.95,
                   nonzero_thresh = 0.9, out2 = "list",
                   Force = data.frame(uCode = c("AUT", "BRN"), Include = c(FALSE, TRUE)))
  write_table("asem/screen_na_zeros_force.csv", pick(forced$DataSummary, decision))
}

# A treatment gives the values, a row of details per indicator, and what was done to each point.
write_treatment <- function(name, values, done, checks) {
  columns <- paste0("check", rep(0:checks, each = 3), c("_Pass", "_Skew", "_Kurt"))
  columns <- append(columns, "winsorise_nwin", after = 3)
  names(done$Dets_Table) <- gsub(".", "_", fixed = TRUE,
                                 sub("check_SkewKurt", "check", names(done$Dets_Table)))
  write_table(asem(paste0(name, "_details")), pick(done$Dets_Table, c("indicator=iCode", columns)))
  write_long(asem(paste0(name, "_values")), values, codes, "code")

  points <- cbind(uCode = values$uCode, done$Treated_Points[codes])
  points <- as.data.frame(long(points, codes, "code"))
  write_table(asem(paste0(name, "_points")),
              pick(points[points$value != "", ], "unit code treatment=value"))
}

treatment <- function() {
  write_treatment("pipeline_treatment", get_dset(full_coin, "Treated"),
                  full_coin$Analysis$Treated, checks = 1)
  done <- Treat(raw_coin, dset = "Raw", global_specs = list(f1_para = list(winmax = 5)),
                out2 = "list")
  write_treatment("treat_default", done$x_treat, done, checks = 1)
  done <- Treat(raw_coin, dset = "Raw", out2 = "list",
                global_specs = list(f1_para = list(winmax = 1), f2 = "log_CT_plus"))
  write_treatment("treat_winmax1_logCTplus", done$x_treat, done, checks = 2)
}

# asem/: normalisation. ---------------------------------------------------------------------------

by <- function(f_n, ...) c(list(f_n = f_n), if (...length() > 0) list(f_n_para = list(...)))

minmax <- function(lower, upper) by("n_minmax", l_u = c(lower, upper))

# The specifications of each indicator, with parameters of its own. COINr turns the values of
# direction -1 round before it normalises them: targets and bounds must turn with them.
of_each <- function(specs) {
  setNames(lapply(seq_along(codes), function(i) specs(indicators[i, ])), codes)
}
turned <- function(row, lower, upper) if (row$Direction == 1) c(lower, upper) else -c(upper, lower)

normalisation <- function() {
  cases <- list(
    minmax_0_100 = list(global_specs = minmax(0, 100)),
    minmax_1_100 = list(global_specs = minmax(1, 100)),
    zscore_0_1 = list(global_specs = by("n_zscore", m_sd = c(0, 1))),
    rank = list(global_specs = by("n_rank")),
    borda = list(global_specs = by("n_borda")),
    prank = list(global_specs = by("n_prank")),
    dist2max = list(global_specs = by("n_dist2max")),
    fracmax_positive = list(global_specs = by("n_fracmax")),
    dist2targ = list(indiv_specs = of_each(function(row) {
      by("n_dist2targ", targ = row$Target * row$Direction, cap_max = row$dist2targ_cap_max)
    })),
    goalposts = list(indiv_specs = of_each(function(row) {
      posts <- turned(row, row$goalpost_lower, row$goalpost_upper)
      by("n_goalposts", gposts = c(posts, row$goalpost_scale),
         trunc2posts = row$goalpost_trunc2posts)
    })),
    scaled = list(indiv_specs = of_each(function(row) {
      by("n_scaled", npara = turned(row, row$scaled_lower, row$scaled_upper),
         scale_factor = row$scale_factor)
    })),
    mixed = list(global_specs = minmax(0, 1), indiv_specs = list(
      LPI = by("n_zscore", m_sd = c(100, 15)), CO2 = by("n_rank"), Goods = by("none"),
      Tariff = minmax(0, 10)))
  )
  for (name in names(cases)) {
    scores <- do.call("Normalise", c(list(x = raw_coin, dset = "Raw", out2 = "df"), cases[[name]]))
    # For direction -1 COINr's fraction of the maximum gives the worst unit the largest score.
    columns <- codes[name != "fracmax_positive" | indicators$Direction == 1]
    write_long(asem(paste0("norm_", name)), scores, columns)
  }
}

# asem/: aggregation. -----------------------------------------------------------------------------

w1 <- if (!is.null(figures)) {
  setNames(read_figures("asem/weights_W1.csv"), c("iCode", "Level", "Weight"))
}

# Two data sets to aggregate, without and with missing values; all scores above 0.
positive <- minmax(1, 100)
agg_coin <- Normalise(full_coin, dset = "Treated", global_specs = positive, write_to = "Whole")
agg_coin <- Normalise(agg_coin, dset = "Raw", global_specs = positive, write_to = "Gaps")
amean_coin <- Aggregate(agg_coin, dset = "Whole", f_ag = "a_amean")
gmean_coin <- Aggregate(agg_coin, dset = "Whole", f_ag = "a_gmean")

# COINr's Aggregate calls the argument x, its a_copeland wants it to be X.
copeland <- function(x, w) a_copeland(X = x, w = w)

aggregation <- function() {
  write_long("asem/agg_input_minmax_1_100.csv", get_dset(agg_coin, "Whole"), codes)
  cases <- list(
    amean_equal = list("Whole", f_ag = "a_amean"),
    amean_W1 = list("Whole", f_ag = "a_amean"),
    gmean_equal = list("Whole", f_ag = "a_gmean"),
    gmean_W1 = list("Whole", f_ag = "a_gmean"),
    hmean_W1 = list("Whole", f_ag = "a_hmean"),
    genmean_p2_equal = list("Whole", f_ag = rep("a_genmean", 3),
                            f_ag_para = rep(list(list(p = 2)), 3)),
    mixed_levels_W1 = list("Whole", f_ag = c("a_amean", "a_gmean", "a_hmean")),
    copeland_top_W1 = list("Whole", f_ag = c("a_amean", "a_amean", "copeland"),
                           by_df = c(FALSE, FALSE, TRUE)),
    copeland_pillar_equal = list("Whole", f_ag = c("copeland", "a_amean", "a_amean"),
                                 by_df = c(TRUE, FALSE, FALSE)),
    amean_with_missing_W1 = list("Gaps", f_ag = "a_amean"),
    gmean_with_missing_W1 = list("Gaps", f_ag = "a_gmean"),
    amean_dat_thresh = list("Gaps", f_ag = "a_amean", dat_thresh = 0.85)
  )
  for (name in names(cases)) {
    with_w1 <- grepl("_W1$", name)
    if (with_w1 && is.null(w1)) next
    case <- c(list(x = agg_coin, out2 = "df", w = if (with_w1) w1), cases[[name]])
    # By its name: COINr keeps a log of the names of the functions that were called.
    write_scores(asem(paste0("agg_", name)), do.call("Aggregate", case))
  }
  compared <- compare_coins(amean_coin, gmean_coin, dset = "Aggregated", iCode = "Index")
  write_table("asem/compare_amean_gmean.csv",
              pick(compared, "unit=uCode rank_a=coin.1 rank_b=coin.2 diff=Diff absdiff=Abs.diff"))
}

outranking <- function() {
  scores <- get_dset(amean_coin, "Aggregated")
  found <- outrankMatrix(scores[pillars], w1$Weight[match(pillars, w1$iCode)])
  write_matrix("asem/outranking_pillars_W1.csv", found$OutRankMatrix, scores$uCode, scores$uCode,
               c("unit_row", "unit_col", "value"))
}

# asem/: imputation, statistics, correlation. -----------------------------------------------------

imputation <- function() {
  cases <- list(
    mean = list(f_i = "i_mean"),
    median = list(f_i = "i_median"),
    mean_grp_EurAsia = list(f_i = "i_mean_grp", use_group = "EurAsia_group"),
    median_grp_Pop = list(f_i = "i_median_grp", use_group = "Pop_group"),
    row_mean_pillar = list(f_i = "i_mean", impute_by = "row", group_level = 2)
  )
  for (name in names(cases)) {
    imputed <- do.call("Impute", c(list(x = raw_coin, dset = "Raw", out2 = "df"), cases[[name]]))
    write_long(asem(paste0("impute_", name)), imputed, codes)
  }
}

statistics <- function() {
  # COINr rounds to three digits; NULL leaves the numbers as they are.
  stats <- get_stats(raw_coin, dset = "Raw", t_skew = 2, t_kurt = 3.5, t_avail = 0.65,
                     t_zero = 0.5, t_unq = 0.5, nsignif = NULL, out2 = "df")
  names(stats) <- gsub(".", "_", sub("iCode", "indicator", names(stats)), fixed = TRUE)
  write_table("asem/stats_raw.csv", stats)
}

correlation <- function() {
  # pval = 0 keeps the correlations that are not significant, too.
  correlate <- function(file, coin, columns, ...) {
    write_table(asem(paste0("corr_", file)), pick(get_corr(coin, ..., pval = 0), columns))
  }
  a_b <- "a=Var1 b=Var2 value=Correlation"
  correlate("pearson_raw", raw_coin, a_b, dset = "Raw")
  correlate("pearson_indicator_pillar", amean_coin, "parent=Var1 child=Var2 value=Correlation",
            dset = "Aggregated", Levels = c(1, 2), withparent = TRUE)
  correlate("spearman_pillar_index", amean_coin, a_b, dset = "Aggregated", Levels = c(2, 4),
            cortype = "spearman")
  correlate("kendall_physical", raw_coin, a_b, dset = "Raw", iCodes = list("Physical"), Levels = 1,
            cortype = "kendall")

  physical <- get_data(raw_coin, dset = "Raw", iCodes = "Physical", Level = 1, also_get = "none")
  write_matrix("asem/corr_pvalues_physical.csv", get_pvals(physical), names(physical),
               names(physical), c("a", "b", "pvalue"))

  # A pair once, in the order of the alphabet, however often COINr names it.
  high <- get_corr_flags(full_coin, dset = "Normalised", cor_thresh = 0.7, grouplev = 2,
                         roundto = NULL)
  high$a <- pmin(high$Ind1, high$Ind2)
  high$b <- pmax(high$Ind1, high$Ind2)
  write_table("asem/corr_flags_high_0_7.csv",
              pick(high[!duplicated(high[c("a", "b")]), ], "group=Group a b value=Corr"))

  size <- get_denom_corr(raw_coin, dset = "Raw", cor_thresh = 0.5, nround = NULL)
  write_table("asem/corr_denominators_0_5.csv",
              pick(size, "indicator=Ind denominator=Denom value=Corr"))
}

# asem/: multivariate analysis, weights, leaving out. ---------------------------------------------

multivariate <- function() {
  cases <- data.frame(group = c(rep(pillars, each = 2), "Conn", "Index"),
                      data = c(rep(c("Raw", "Normalised"), length(pillars)), "Aggregated",
                               "Normalised"))
  cases$level <- ifelse(cases$group == "Conn", 2, 1)
  names_of_data <- c(Raw = "raw", Normalised = "pipeline_normalised",
                     Aggregated = "pipeline_aggregated_level2")
  cases$dset <- names_of_data[cases$data]
  cases$alpha <- mapply(function(data, group, level) {
    get_cronbach(full_coin, dset = data, iCodes = group, Level = level)
  }, cases$data, cases$group, cases$level)
  write_table("asem/cronbach.csv", pick(cases, "group dset alpha"))

  # One row per group, component and loading. The sign of a component means nothing.
  write_pca <- function(file, dset, level) {
    found <- get_PCA(full_coin, dset = dset, Level = level, nowarnings = TRUE, out2 = "list")
    write_table(file, do.call(rbind, lapply(names(found$PCAresults), function(group) {
      pca <- found$PCAresults[[group]]$PCAres
      n <- nrow(pca$rotation)
      data.frame(group = group, pc = rep(seq_along(pca$sdev), each = n),
                 eigenvalue = rep(pca$sdev^2, each = n),
                 explained = rep(pca$sdev^2 / sum(pca$sdev^2), each = n),
                 code = rownames(pca$rotation), loading = c(pca$rotation))
    })))
  }
  write_pca("asem/pca_level1_by_pillar.csv", "Normalised", 1)
  write_pca("asem/pca_level2_by_subindex.csv", "Aggregated", 2)
}

write_effective_weights <- function(file, coin) {
  table <- get_eff_weights(coin, out2 = "df")
  write_table(file, pick(table[order(table$Level, table$iCode), ],
                         "code=iCode level=Level weight=Weight eff_weight=EffWeight"))
}

weights <- function() {
  write_effective_weights("asem/eff_weights_equal.csv", full_coin)
  # With COINr's own tolerance of 0.1 the search stops long before the optimum.
  best <- suppressMessages(get_opt_weights(full_coin, itarg = "equal", dset = "Aggregated",
                                           Level = 3, toler = 1e-6, out2 = "list"))
  table <- cbind(best$CorrResultsNorm, code = best$WeightsOpt$iCode[best$WeightsOpt$Level == 3])
  write_table("asem/opt_weights_level3_equal.csv",
              pick(table, "code desired=Desired obtained=Obtained weight=OptWeight"))
}

weights_of_w1 <- function() {
  coin <- raw_coin
  row <- match(w1$iCode, coin$Meta$Ind$iCode)
  coin$Meta$Ind$Weight[row] <- w1$Weight
  write_effective_weights("asem/eff_weights_W1.csv", coin)
}

leaving_out <- function() {
  for (level in 2:3) {
    found <- remove_elements(full_coin, Level = level, dset = "Aggregated", iCode = "Index",
                             quietly = TRUE)
    removed <- setdiff(names(found$Scores), "uCode")
    table <- long(found$Scores, removed, "removed")
    table$rank <- long(found$Ranks, removed)$value
    table$rank_shift <- rep(found$Ranks$Nominal, length(removed)) - table$rank
    write_table(asem(paste0("remove_level", level)),
                pick(table, "removed unit score=value rank rank_shift"))
    write_table(asem(paste0("remove_level", level, "_summary")), list(
      removed = removed, mean_abs_rank_shift = as.numeric(found$MeanAbsDiff[removed])))
  }
}

results <- function() {
  summary <- get_unit_summary(full_coin, usel = "CHN", Levels = c(4, 3, 2), dset = "Aggregated",
                              nround = NULL)
  write_table("asem/unit_summary_CHN.csv",
              pick(summary, "code=Code name=Name score=Score rank=Rank"))

  found <- get_str_weak(raw_coin, dset = "Raw", usel = "CHN", topN = 5, bottomN = 5,
                        with_units = FALSE, sig_figs = NULL)
  table <- rbind(cbind(kind = "strength", found$Strengths),
                 cbind(kind = "weakness", found$Weaknesses))
  write_table("asem/strengths_weaknesses_CHN.csv",
              pick(table, "kind indicator=Code pillar=Pillar rank=Rank value=Value"))
}

# asem/: uncertainty and sensitivity. -------------------------------------------------------------

# COINr's get_sensitivity draws its own sample. Here the sample is given, so its loop is written
# out: each run changes the log of the coin and regenerates it from the treatment on (the steps
# before that are the same in every run).
uncertainty_and_sensitivity <- function() {
  index <- function(coin) get_data(coin, dset = "Aggregated", iCodes = "Index")$Index
  norms <- list(minmax(1, 100), minmax(20, 80), by("n_rank"))
  means <- c("a_amean", "a_gmean")
  # The sets begin at level 2: all indicators have the weight 1.
  sets <- read_figures("asem/sens_weight_sets.csv")
  sets <- lapply(split(sets, sets$set), function(set) {
    data.frame(iCode = c(codes, set$code), Level = c(indicators$Level, set$level),
               Weight = c(rep(1, length(codes)), set$weight))
  })
  nominal <- full_coin
  nominal$Log$Normalise$global_specs <- norms[[1]]
  nominal <- Regen(nominal, from = "Normalise")
  units <- get_dset(nominal, "Aggregated")$uCode

  run <- function(winmax, norm, set, agg) {
    coin <- nominal
    coin$Log$Treat$global_specs$f1_para$winmax <- winmax
    coin$Log$Normalise$global_specs <- norms[[norm]]
    coin$Log$Aggregate$w <- sets[[as.character(set)]]
    coin$Log$Aggregate$f_ag <- means[agg]
    index(Regen(coin, from = "Treat"))
  }

  # Column 1 is the nominal index, the others are the runs; `used` are those of the statistics.
  analyse <- function(name, sample, used) {
    runs <- mapply(run, sample$winmax, sample$norm, sample$weights, sample$agg)
    scores <- cbind(index(nominal), runs)
    ranks <- apply(-scores, 2, rank, ties.method = "min")
    write_table(asem(paste0(name, "_scores_ranks")), list(
      rep = rep(c(0, sample$rep), each = length(units)), unit = rep(units, ncol(scores)),
      score = c(scores), rank = c(ranks)))
    drawn <- ranks[, 1 + used]
    write_table(asem(paste0(name, "_rankstats")), list(
      unit = units, nominal = ranks[, 1], mean = rowMeans(drawn),
      median = apply(drawn, 1, median), q5 = apply(drawn, 1, quantile, 0.05),
      q95 = apply(drawn, 1, quantile, 0.95)))
    ranks
  }
  analyse("ua", read_figures("asem/ua_sample.csv"), used = 1:100)

  # Rows 1 to 80 are the random points A and B; the others repeat A with one column of B.
  sample <- read_figures("asem/sa_sample.csv")
  ranks <- analyse("sa", sample, used = 1:80)
  y <- colMeans(abs(ranks[, -1] - ranks[, 1]))
  write_table("asem/sa_target.csv", list(rep = sample$rep, y = y))
  found <- SA_estimate(y, N = 40, d = 4)$SensInd
  found$Variable <- words("winmax norm weights agg")
  write_table("asem/sa_indices.csv", pick(found, "Variable Si STi"))
}

ishigami <- function() {
  # The points stay text: what is copied is copied to the last digit.
  design <- read_figures("asem/sobol_ishigami_design.csv", colClasses = "character")
  angle <- sapply(design[c("u1", "u2", "u3")], function(u) pi * (2 * as.numeric(u) - 1))
  design$y <- sin(angle[, 1]) + 7 * sin(angle[, 2])^2 + 0.1 * angle[, 3]^4 * sin(angle[, 1])
  write_table("asem/sobol_ishigami_design.csv", design)
  found <- SA_estimate(design$y, N = 500, d = 3)
  write_table("asem/sobol_ishigami_indices.csv",
              pick(cbind(found$SensInd, variance = found$Variance), "Variable Si STi variance"))
}

# panel/ ------------------------------------------------------------------------------------------

raw_purse <- build_example_purse(up_to = "new_coin", quietly = TRUE)

panel_pipeline <- function() {
  write_long("panel/raw.csv", get_dset(raw_purse, "Raw"), codes)
  purse <- build_example_purse(quietly = TRUE)
  screened <- lapply(purse$coin, function(coin) {
    cbind(time = coin$Meta$Unit$Time[1], coin$Analysis$Screened$DataSummary)
  })
  screened <- do.call(rbind, screened)
  write_table("panel/pipeline_screening.csv",
              pick(screened, "time unit=uCode dat_avail=Dat_Avail included=Included"))
  write_long("panel/pipeline_treated.csv", get_dset(purse, "Treated"), codes)
  write_long("panel/pipeline_normalised_global.csv", get_dset(purse, "Normalised"), codes)
  write_scores("panel/pipeline_aggregated_global.csv", get_dset(purse, "Aggregated"))
  purse <- Normalise(purse, dset = "Treated", global = FALSE, write_to = "PerYear")
  purse <- Aggregate(purse, dset = "PerYear", write_to = "AggregatedPerYear")
  write_scores("panel/aggregated_per_year.csv", get_dset(purse, "AggregatedPerYear"))
  for (name in c("global", "per_year")) {
    scored <- Normalise(raw_purse, dset = "Raw", global_specs = by("n_zscore", m_sd = c(0, 1)),
                        global = name == "global", write_to = "Scores")
    write_long(panel(paste0("norm_zscore_", name)), get_dset(scored, "Scores"), codes[1:12])
  }
}

panel_imputation <- function() {
  gaps <- read_figures("panel/gaps_raw.csv")
  columns <- unique(gaps$indicator)
  wide <- reshape(gaps, direction = "wide", idvar = c("unit", "time"), timevar = "indicator")
  names(wide) <- c("uCode", "Time", columns)
  wide <- wide[order(wide$Time, wide$uCode), ]
  impute <- function(type) impute_panel(wide, cols = columns, imp_type = type)

  # The two tables of the result need not have the same order of rows.
  latest <- impute("latest")
  source <- merge(latest$iData_imp[c("uCode", "Time")], latest$DataT, sort = FALSE)
  values <- merge(source[c("uCode", "Time")], latest$iData_imp, sort = FALSE)
  stopifnot(identical(source$uCode, values$uCode), identical(source$Time, values$Time))
  write_table("panel/impute_latest.csv", c(long(values, columns),
                                           list(source_time = long(source, columns)$value)))
  write_long("panel/impute_constant.csv", impute("constant")$iData_imp, columns)
  # Not "linear": that stops at a series with one value.
  write_long("panel/impute_linear_constant.csv", impute("linear-constant")$iData_imp, columns)
}

panel_trends <- function() {
  raw <- get_dset(raw_purse, "Raw")
  for (name in c("CAGR", "prc_change")) {
    trend <- lapply(split(raw, raw$uCode), function(unit) {
      values <- lapply(unit[codes[1:12]], function(y) as.numeric(do.call(name, list(y, unit$Time))))
      data.frame(uCode = unit$uCode[1], values)
    })
    write_long(panel(paste0("trend_", tolower(name))), do.call(rbind, trend), codes[1:12])
  }
}

# vectors.csv: single calls, with what COINr said. ------------------------------------------------

vectors <- function() {
  calls <- read_figures("vectors.csv", colClasses = "character", na.strings = NULL)
  # "1;NA;3" and, of arguments, "l_u=100;0" or "targ=4|cap_max=TRUE".
  values <- function(text) {
    parts <- strsplit(text, ";", fixed = TRUE)[[1]]
    parts[parts == "NA"] <- NA
    if (all(parts %in% c("TRUE", "FALSE"))) as.logical(parts) else as.numeric(parts)
  }
  named_values <- function(text) {
    parts <- strsplit(text, "|", fixed = TRUE)[[1]]
    setNames(lapply(sub("^[^=]*=", "", parts), values), sub("=.*", "", parts))
  }
  for (i in seq_len(nrow(calls))) {
    said <- c("ok", "")
    note <- function(status, condition) {
      said <<- c(status, gsub("\\s+", " ", conditionMessage(condition)))
    }
    on_warning <- function(warning) {
      note("warning", warning)
      invokeRestart("muffleWarning")
    }
    on_error <- function(error) {
      note("error", error)
      numeric()
    }
    parameters <- c(list(values(calls$input[i])), named_values(calls$args[i]))
    result <- tryCatch(withCallingHandlers(do.call(calls$fn[i], parameters), warning = on_warning),
                       error = on_error)
    # A treatment gives a list: the values and what was done to them.
    if (is.list(result)) result <- result$x
    calls$output[i] <- paste(as_text(as.numeric(result), missing = "NA"), collapse = ";")
    calls[i, c("status", "message")] <- said
  }
  write_table("vectors.csv", calls)
}

# Everything, and whether it is all there. --------------------------------------------------------

for (family in list(inputs, pipeline, screening, treatment, normalisation, aggregation, imputation,
                    statistics, correlation, multivariate, weights, leaving_out, results,
                    panel_pipeline, panel_trends)) family()

if (is.null(figures)) {
  expected <- computed
  message("without FIGURES: ", length(c(copied, computed_from_figures)), " files are left out")
} else {
  expected <- c(copied, computed_from_figures, computed)
  stopifnot(file.copy(file.path(figures, copied), file.path(out, copied), overwrite = TRUE,
                      copy.mode = FALSE))
  written <- c(written, copied)
  for (family in list(outranking, weights_of_w1, uncertainty_and_sensitivity, ishigami,
                      panel_imputation, vectors)) family()
}

lacking <- setdiff(expected, written)
if (length(lacking) > 0) stop("not written: ", toString(lacking))
unlisted <- setdiff(written, expected)
if (length(unlisted) > 0) stop("written, but not listed: ", toString(unlisted))
cat(length(written), "files written to", out, "\n")
