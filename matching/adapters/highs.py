"""HiGHS (highspy) behind the port `matching.basket.proof.ProgramSolver`. Translates and decides nothing."""

import highspy
import numpy as np

from matching.basket.problem import Floats
from matching.basket.proof import ProgramAnswer
from matching.basket.tangents import Program

SEED = 7


class _QuietHighs(highspy.Highs):
    """HiGHS without the banner that its construction prints into the middle of our own output."""

    def enableCallbacks(self) -> None:  # noqa: N802  # the library's name
        self.silent()
        super().enableCallbacks()  # type: ignore[no-untyped-call]


class HighsSolver:
    """Single-threaded and seeded: the same program gives the same answer unless time runs out."""

    def solve(self, program: Program, *, start: Floats | None, gap: float, seconds: float) -> ProgramAnswer:
        """Solve; see the port."""
        highs = _QuietHighs()  # type: ignore[no-untyped-call]
        highs.setOptionValue("threads", 1)
        highs.setOptionValue("random_seed", SEED)
        highs.setOptionValue("time_limit", float(seconds))
        highs.setOptionValue("mip_rel_gap", float(gap))
        highs.passModel(_model_of(program))
        if start is not None:
            known = highspy.HighsSolution()
            known.col_value = start.tolist()
            highs.setSolution(known)
        highs.run()
        status, info = highs.getModelStatus(), highs.getInfo()
        is_infeasible = status == highspy.HighsModelStatus.kInfeasible
        has_point = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
        point = np.array(highs.getSolution().col_value) if has_point else None
        return ProgramAnswer(point, float(info.mip_dual_bound), is_infeasible=is_infeasible)


def _model_of(program: Program) -> highspy.HighsLp:
    rows, columns = program.matrix.shape
    lp = highspy.HighsLp()
    lp.num_row_, lp.num_col_ = rows, columns
    lp.sense_ = highspy.ObjSense.kMaximize
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = program.objective, program.floor, program.ceiling
    lp.row_lower_, lp.row_upper_ = program.lower, program.upper
    row, column = np.nonzero(program.matrix)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=rows))]).astype(np.int32)
    lp.a_matrix_.index_ = column.astype(np.int32)
    lp.a_matrix_.value_ = program.matrix[row, column]
    whole, real = highspy.HighsVarType.kInteger, highspy.HighsVarType.kContinuous
    lp.integrality_ = [whole] * program.integers + [real] * (columns - program.integers)
    return lp
