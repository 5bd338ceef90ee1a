"""The networks of photographs as ONNX graphs."""
import copy
import warnings
from typing import Any, Dict, List, Tuple, cast

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import Tensor, nn

from ...errors import CheckpointError
from ...models import BlindInpaintor, MaskRepairer, MultiScaleDetector

# Larger pictures are never seen at once: pixels of a side.
LARGEST_SIDE = 2**17
# Weights with fewer values than this gain nothing in half precision.
FEWEST_HALVES = 16


def look_graph(model: nn.Module, **options: Any) -> bytes:
    """The look of the detector of a ``BlindInpaintor`` as an ONNX model, for
    pictures of any size; ``options`` are those of ``torch.onnx.export``.

    Inputs, all float32: ``picture`` in [-1, 1], ``(1, 3, H, W)``, with sides
    that are multiples of the detector's ``size_divisor``; ``known``, ``(1,
    )``, 1 if a coarser look was taken, else 0; ``coarser_0`` and so on, the
    features of that look without the coarsest, zeros if there was none, ``(1,
    C_s, H / d, W / d)`` with ``d = 4 * 2 ** s``. Outputs: ``probability`` of
    'corrupted' in [0, 1], ``(1, 1, H, W)``, and ``features_0`` and so on,
    those of this look, of twice the sides. A CheckpointError if the model has
    another detector.
    """
    detector = getattr(model, 'detector', None)
    if not isinstance(model, BlindInpaintor) or not isinstance(
            detector, MultiScaleDetector):
        raise CheckpointError(_refusal(model))
    detector = _with_plain_padding(detector)
    channels = detector.encoder.stage_channels[:-1]
    divisor = detector.size_divisor
    side = 3 * divisor  # any number that no other size in the graph has
    coarser = [
        torch.rand(1, width, side >> stage, side >> stage)
        for stage, width in enumerate(channels, 2)
    ]
    names = [f'coarser_{stage}' for stage in range(len(channels))]
    return _export(
        _LookGraph(detector),
        (torch.rand(1, 3, side, side), torch.ones(1), *coarser),
        ['picture', 'known', *names], [
            'probability', *(f'features_{stage}'
                             for stage in range(len(channels)))
        ], [
            divisor, 0, *(divisor >> stage
                          for stage in range(2, 2 + len(channels)))
        ], options)


def repair_graph(model: nn.Module, **options: Any) -> bytes:
    """The repair of a ``BlindInpaintor`` as an ONNX model, likewise.

    Inputs: ``corrupted`` in [-1, 1] and ``filled``, the same with the damage
    filled by :func:`~hcl_mmagic.models.functional.fill_smoothly`, ``(1, 3, H,
    W)``, with sides that are multiples of the network's ``size_divisor``;
    ``mask``, 1 = corrupted, 0 = intact, ``(1, 1, H, W)``. Output: ``image`` in
    [-1, 1], ``(1, 3, H, W)``, not composited.
    """
    repairer = getattr(model, 'inpaintor', None)
    if not isinstance(repairer, MaskRepairer):
        raise CheckpointError(_refusal(model))
    network = repairer.network
    divisor = network.size_divisor
    # One tensor for two inputs would make one of them.
    inputs = tuple(
        torch.rand(1, channels, 6 * divisor, 6 * divisor)
        for channels in (3, 3, 1))
    return _export(
        _RepairGraph(network), inputs, ['corrupted', 'filled', 'mask'],
        ['image'], [divisor] * 3, options)


def _refusal(model: nn.Module) -> str:
    return (f'expected a {BlindInpaintor.__name__} of a '
            f'{MultiScaleDetector.__name__} and a {MaskRepairer.__name__}, as '
            f'hcl_small is, got a {type(model).__name__}: other models run in '
            'PyTorch alone')


class _LookGraph(nn.Module):
    """Takes a detector apart: it is one's own copy."""

    def __init__(self, detector: Any) -> None:
        super().__init__()
        self.detector = detector
        encoder = detector.encoder
        encoder.carries = nn.ModuleList(map(_Switched, encoder.carries))

    def forward(self, picture: Tensor, known: Tensor, *coarser:
                Tensor) -> Tuple[Tensor, ...]:
        pairs = [(features, known) for features in coarser]
        found = self.detector.look(picture, pairs)[0]
        return (found.log_odds.sigmoid(), *found.features[:-1])


class _Switched(nn.Module):
    """A layer whose result counts or not; its bias would come out of features
    that are 0."""

    def __init__(self, layer: nn.Module) -> None:
        super().__init__()
        self.layer = layer

    def forward(self, pair: Tuple[Tensor, Tensor]) -> Tensor:
        features, known = pair
        return known * self.layer(features)


class _RepairGraph(nn.Module):

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, corrupted: Tensor, filled: Tensor,
                mask: Tensor) -> Tensor:
        return cast(Any, self.network).improve(corrupted, filled, mask)[0]


def _with_plain_padding(network: Any) -> Any:
    """A copy whose convolutions have a padding that does not depend on the
    size of the picture, as that is a multiple of every stride."""
    from timm.layers import Conv2dSame
    network = copy.deepcopy(network)
    for name, layer in list(network.named_modules()):
        if isinstance(layer, Conv2dSame):
            parent, _, last = name.rpartition('.')
            setattr(network.get_submodule(parent), last, _plain(layer))
    return network


def _plain(layer: Any) -> nn.Module:
    (size, _), (stride, _) = layer.kernel_size, layer.stride
    total = (size - 1) * layer.dilation[0] + 1 - stride
    plain = nn.Conv2d(
        layer.in_channels,
        layer.out_channels,
        size,
        stride,
        dilation=layer.dilation,
        groups=layer.groups,
        bias=layer.bias is not None)
    plain.load_state_dict(layer.state_dict())
    sides = (total // 2, total - total // 2)
    return nn.Sequential(nn.ZeroPad2d(sides * 2), plain).eval()


def _export(graph: nn.Module, inputs: Tuple[Tensor, ...], names: List[str],
            outputs: List[str], multiples: List[int],
            options: Dict[str, Any]) -> bytes:
    """Sides of each input are multiples of a number of pixels; 0 is for one
    that has none."""
    step = max(multiples)
    rows, columns = (
        torch.export.Dim(name, min=1, max=LARGEST_SIDE // step)
        for name in ('rows', 'columns'))
    shapes: List[Any] = [{
        2: multiple * rows if multiple > 1 else rows,
        3: multiple * columns if multiple > 1 else columns
    } if multiple else {} for multiple in multiples]
    if isinstance(graph, _LookGraph):
        shapes[2:] = [tuple(shapes[2:])]  # of one argument with a star
    # The default, optimize=True, and dynamo=False have given wrong values.
    settings: Dict[str, Any] = dict(
        dynamo=True,
        optimize=False,
        verbose=False,
        dynamic_shapes=tuple(shapes))
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter('ignore')
        program = torch.onnx.export(
            graph.eval(),
            inputs,
            input_names=names,
            output_names=outputs,
            **{
                **settings,
                **options
            })
    assert program is not None
    return _small(program.model_proto)


def _small(model: onnx.ModelProto) -> bytes:
    """Without what the exporter tells of itself, with the weights that half
    precision holds exactly in it, and with constants that a runtime sees as
    such, so that it can join normalisation and activations to convolutions.
    """
    graph = model.graph
    del graph.value_info[:], model.metadata_props[:], graph.metadata_props[:]
    for node in graph.node:
        del node.metadata_props[:]
        node.doc_string = ''
        if node.op_type == 'CastLike':  # everything is of one type
            node.op_type = 'Cast'
            del node.input[1:]
            node.attribute.append(
                onnx.helper.make_attribute('to', onnx.TensorProto.FLOAT))
    casts = []
    for weight in graph.initializer:
        values = numpy_helper.to_array(weight)
        if values.dtype != np.float32 or values.size < FEWEST_HALVES:
            continue
        with np.errstate(over='ignore'):
            halves = values.astype(np.float16)
        if np.array_equal(halves.astype(np.float32), values):
            name = weight.name
            weight.CopyFrom(numpy_helper.from_array(halves, f'{name}_half'))
            casts.append(
                onnx.helper.make_node(
                    'Cast', [weight.name], [name], to=onnx.TensorProto.FLOAT))
    nodes = [*casts, *graph.node]
    del graph.node[:]
    graph.node.extend(nodes)
    return model.SerializeToString(deterministic=True)
