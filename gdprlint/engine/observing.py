"""A loaded module -> all that was observed in it; what an earlier run settled is passed over."""

from __future__ import annotations

from collections.abc import Container
from functools import partial

from gdprlint.engine.observations import EffectSeen, Observations, TransformSeen
from gdprlint.tuples import TYPE_CHECKING

if TYPE_CHECKING:
    from gdprlint.engine.declared import Class, Module
    from gdprlint.engine.earlier import Earlier, Settled
    from gdprlint.engine.observations import ClassSeen, Flow
    from gdprlint.engine.program import Program
    from gdprlint.engine.surface import Surface


def observe(program: Program, module: Module, earlier: Earlier | None = None) -> Observations:
    """Everything observed in a module that still has its tree. `earlier` is what was known of its
    file before it was edited."""
    settled = None
    if earlier is not None:
        from gdprlint.engine.earlier import settled_by

        settled = settled_by(program, module, earlier)
    functions = [module.body, *module.functions]
    classes = module.classes
    if settled is not None:
        functions = [it for it in functions if it not in settled.functions]
        classes = [it for it in classes if it.qualname not in settled.classes]
    inherited: dict[Class, tuple[Flow, ...]] = {}
    shown: dict[Class, ClassSeen] = {}
    telling = [summary for it in functions if (summary := program.summary_of(it)).is_telling]
    if classes:
        from gdprlint.engine.overrides import inherited_flows
        from gdprlint.engine.texts import observe_class

        inherited = {cls: tuple(inherited_flows(program, cls)) for cls in classes}
        shown = {cls: seen for cls in classes if (seen := observe_class(program, cls)) is not None}
    notes = [note for summary in telling for note in summary.notes]
    observed = Observations(
        module.path,
        module.text,
        module.tree,
        flows=(
            *(flow for summary in telling for flow in summary.flows),
            *(flow for flows in inherited.values() for flow in flows),
        ),
        calls=tuple(call for summary in telling for call in summary.calls),
        classes=tuple(shown.values()),
        masks=tuple(mask for summary in telling for mask in summary.masks),
        transforms=tuple(note for note in notes if isinstance(note, TransformSeen)),
        effects=tuple(note for note in notes if isinstance(note, EffectSeen)),
        root=program.root,
        constant=partial(program.constant_of, module),
        bases=partial(program.bases_of, module),
        shared=program.shared,
    )
    if program.ledger.is_recording:
        loud = {cls.qualname for cls in classes if inherited[cls] or cls in shown}
        program.ledger.surfaces[module.path] = _surface(program, module, settled, loud)
    if settled is None or all(it.summary is not None for it in settled.functions):
        _forget(module)
    return observed


def _surface(
    program: Program, module: Module, settled: Settled | None, loud: Container[str]
) -> Surface:
    """The surface of an observed module, `loud` are classes of which something is to be told."""
    from gdprlint.engine.surface import spoken_in, surface_of

    surface = surface_of(program, module) if settled is None else settled.surface
    silent = [cls.qualname for cls in module.classes if cls.qualname not in loud]
    body = module.body.summary
    if body is None or not body.is_telling:
        silent.append("")
    return surface._replace(languages=spoken_in(module), silent=tuple(silent))


def _forget(module: Module) -> None:
    """Let go of the source and of what was observed; summaries and classes stay for others."""
    module.forget_syntax()
    for function in (module.body, *module.functions):
        summary = function.summary
        if summary is not None and summary.is_telling:
            function.summary = summary._replace(flows=(), calls=(), masks=(), notes=())
