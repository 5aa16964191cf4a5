//! Turning a file into a picture of ours: a square of [`SIDE`] pixels, without anything that the
//! file said beside its pixels.

use std::io::Cursor;

use domain::avatars::{Fit, PictureProblem};
use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;
use image::metadata::Orientation;
use image::{
    DynamicImage, ExtendedColorType, ImageDecoder as _, ImageEncoder as _, ImageFormat,
    ImageReader, Limits, RgbaImage,
};

/// Width and height of a picture, in pixels.
pub const SIDE: u32 = 256;
/// Widest and highest that a sent one may be, in pixels: what a good camera makes.
const WIDEST: u32 = 10_000;
/// Most memory that decoding one may take, in bytes: 44 megapixels. What claims more is refused
/// before anything is set aside for it.
const MEMORY: u64 = 128 * 1024 * 1024;
/// Quality of a picture without transparency, of 100.
const QUALITY: u8 = 86;

/// A picture of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Its media type.
    pub kind: &'static str,
    /// The file.
    pub content: Vec<u8>,
}

/// Media type of a picture without transparency.
const OPAQUE: &str = "image/jpeg";
/// Media type of one with transparency.
const CLEAR: &str = "image/png";

/// The media type of this name, if it is one that is made here.
pub(super) fn kind(name: &str) -> Option<&'static str> {
    [OPAQUE, CLEAR].into_iter().find(|kind| *kind == name)
}

/// Reads a file by what is in it, whatever it is called; of one that moves, the first picture.
pub(super) fn make(file: &[u8], fit: Fit) -> Result<Picture, PictureProblem> {
    let format = image::guess_format(file).map_err(|_| PictureProblem::Kind)?;
    if !matches!(
        format,
        ImageFormat::Png | ImageFormat::Jpeg | ImageFormat::WebP
    ) {
        return Err(PictureProblem::Kind);
    }
    let mut reader = ImageReader::with_format(Cursor::new(file), format);
    let mut limits = Limits::default();
    limits.max_image_width = Some(WIDEST);
    limits.max_image_height = Some(WIDEST);
    limits.max_alloc = Some(MEMORY);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|error| why(&error))?;
    let (width, height) = decoder.dimensions();
    if width > WIDEST || height > WIDEST || decoder.total_bytes() > MEMORY {
        return Err(PictureProblem::TooWide);
    }
    let turned = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut image = DynamicImage::from_decoder(decoder).map_err(|error| why(&error))?;
    image.apply_orientation(turned);
    let square = match fit {
        Fit::Crop => image.resize_to_fill(SIDE, SIDE, FilterType::CatmullRom),
        Fit::Whole => whole(&image),
    };
    write(&square).map_err(|_| PictureProblem::Broken)
}

fn why(error: &image::ImageError) -> PictureProblem {
    match error {
        image::ImageError::Limits(_) => PictureProblem::TooWide,
        image::ImageError::Unsupported(_) => PictureProblem::Kind,
        _ => PictureProblem::Broken,
    }
}

/// All of it, in the middle of a square that is clear around it.
fn whole(image: &DynamicImage) -> DynamicImage {
    let small = image.resize(SIDE, SIDE, FilterType::CatmullRom).to_rgba8();
    let mut square = RgbaImage::new(SIDE, SIDE);
    let (left, top) = (
        i64::from((SIDE - small.width()) / 2),
        i64::from((SIDE - small.height()) / 2),
    );
    image::imageops::replace(&mut square, &small, left, top);
    square.into()
}

fn write(square: &DynamicImage) -> Result<Picture, image::ImageError> {
    let pixels = square.to_rgba8();
    let clear = pixels.pixels().any(|pixel| pixel.0[3] < u8::MAX);
    let mut content = Vec::new();
    let kind = if clear {
        let encoder = image::codecs::png::PngEncoder::new(&mut content);
        encoder.write_image(&pixels, SIDE, SIDE, ExtendedColorType::Rgba8)?;
        CLEAR
    } else {
        let pixels = square.to_rgb8();
        let encoder = JpegEncoder::new_with_quality(&mut content, QUALITY);
        encoder.write_image(&pixels, SIDE, SIDE, ExtendedColorType::Rgb8)?;
        OPAQUE
    };
    Ok(Picture { kind, content })
}

#[cfg(test)]
mod tests;
